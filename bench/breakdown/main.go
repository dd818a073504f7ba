// Breakdown shows what becomes of the FLOPs that pruning saves, on a CPU: time
// against executed FLOPs along a curve of thresholds and of top-k rates, and where the
// threads' time goes: products, attention, norms, selection, gathers, or waiting for
// one another. The weights are an encoder's as given: accuracy is not the subject here.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "ltpbench/hw/cpu"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options is the command line.
type options struct {
	record, model, data, text, device string
	threads, every                    int
	limit                             time.Duration
}

func run(args []string, out, log io.Writer) int {
	var o options
	f := flag.NewFlagSet("bench/breakdown/run", flag.ContinueOnError)
	f.SetOutput(log)
	shared := func(parts ...string) string {
		if root := os.Getenv("LTPBENCH_SHARED"); root != "" {
			return filepath.Join(append([]string{root}, parts...)...)
		}
		return ""
	}
	f.StringVar(&o.record, "o", "", "`FILE` for the record, which must not be there yet")
	f.StringVar(&o.model, "model", shared("models", "bge-small-en-v1.5"), "Hugging Face `DIR` of the encoder")
	f.StringVar(&o.data, "data", shared("data"), "`DIR` with the tasks' folders SST-2 and IMDB")
	f.StringVar(&o.text, "text", "sst2", "sst2 (32 a batch), alone (SST-2 one at a time) or imdb (8 a batch)")
	f.StringVar(&o.device, "device", "cpu", "cpu, or one of its kernels, such as cpu:avx2")
	f.IntVar(&o.threads, "threads", runtime.GOMAXPROCS(0), "threads")
	f.IntVar(&o.every, "every", 1, "run every n-th batch only")
	f.DurationVar(&o.limit, "limit", time.Minute, "begin no new round after so long")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if _, ok := texts[o.text]; !ok || o.record == "" || o.model == "" || o.data == "" || o.threads < 1 || o.every < 1 {
		fmt.Fprintln(log, "bench/breakdown/run: needs -o FILE, -text sst2, alone or imdb, and -model and -data or the folder that LTPBENCH_SHARED names; counts are at least 1")
		return 2
	}
	if err := measure(&o, out); err != nil {
		fmt.Fprintln(log, "bench/breakdown/run:", err)
		return 1
	}
	return 0
}
