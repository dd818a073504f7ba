// Card measures a CUDA device beside PyTorch on one machine: encoders, pruning and
// training of models with seeded random weights, whose shapes and texts' lengths are
// real. bench/card/run calls it, a process for each part, so that no part stops another.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	_ "ltpbench/hw/cpu"
	_ "ltpbench/hw/cuda"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options is the command line.
type options struct {
	record   string
	device   string   // without a type
	models   string   // folder for the models, which are made there unless they are
	python   string   // empty: no peers
	remote   string   // PyTorch's name of the device
	plans    []string // of a study
	half     bool     // round packed weights to 16 bits
	untimed  bool     // make and evaluate a study's cells, and leave their times
	jobs     int      // parts that are made side by side
	only     string   // the part that this process makes
	share    string   // or this share of it
	types    []string
	budgeted string // rules that are brought to budgets
	limit    time.Duration
	rounds   int
	tiny     bool
	deadline time.Time
}

// parts are what can be measured, by name.
var parts = map[string]func(o *options, out, log io.Writer) error{"opens": opens, "encoders": encoders, "compiled": compiled, "pruning": pruning, "training": training, "study": study, "pack": pack}

func run(args []string, out, log io.Writer) int {
	var o options
	f := flag.NewFlagSet("card opens|encoders|compiled|pruning|training|study|pack", flag.ContinueOnError)
	f.SetOutput(log)
	f.StringVar(&o.record, "o", "", "`FILE` for the record, which must not be there yet; for a study and a pack a folder")
	f.StringVar(&o.device, "device", "cuda", "device, without a type")
	f.StringVar(&o.models, "models", os.TempDir(), "`DIR` for the models with random weights, written unless they are there")
	f.StringVar(&o.python, "python", "", "Python with PyTorch and transformers; without it there are no peers")
	f.StringVar(&o.remote, "torch-device", "cuda", "PyTorch's name of the device")
	f.Func("plan", "plan `FILE` of a study; repeatable, in order of worth", func(x string) error { o.plans = append(o.plans, x); return nil })
	f.BoolVar(&o.half, "half", false, "round a packed model's weights to 16 bits")
	f.BoolVar(&o.untimed, "untimed", false, "make and evaluate a study's cells, -jobs parts side by side; the same call without it measures their times")
	f.IntVar(&o.jobs, "jobs", 1, "how many processes do that")
	f.StringVar(&o.only, "only", "", "the one `PART` of a study to work on")
	f.StringVar(&o.share, "share", "", "share `I/N` of that part's methods, whose record is not kept")
	f.DurationVar(&o.limit, "limit", 2*time.Minute, "no row begins later; rows that don't are listed as not run")
	f.IntVar(&o.rounds, "rounds", 5, "interleaved rounds")
	f.BoolVar(&o.tiny, "tiny", false, "tiny shapes, for a rehearsal")
	f.StringVar(&o.budgeted, "rules", "", "pruning's `SPECS`, which are brought to each budget, with spaces between")
	types := f.String("types", "bf16,f32,tf32,f16", "compute types, in order of worth")
	if len(args) == 0 || parts[args[0]] == nil {
		fmt.Fprintln(log, "card: name a part: opens, encoders, compiled, pruning, training, study or pack")
		return 2
	}
	if err := f.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	o.types = strings.Split(*types, ",")
	if o.record == "" || o.jobs < 1 || f.NArg() > 0 || slices.Contains(o.types, "") {
		fmt.Fprintln(log, "card: -o FILE is needed, -jobs is at least 1, -types is a list such as bf16,f32, and flags come after the part's name")
		return 2
	}
	o.deadline = time.Now().Add(o.limit)
	if err := parts[args[0]](&o, out, log); err != nil {
		fmt.Fprintf(log, "card %s: %v\n", args[0], err)
		return 1
	}
	return 0
}

// late reports whether the time limit has passed.
func (o *options) late() bool { return time.Now().After(o.deadline) }

// open returns the device with a type, as hw.Open takes it.
func (o *options) open(words ...string) string { return o.device + ":" + strings.Join(words, ",") }
