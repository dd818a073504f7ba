// Ltpbench compares learned token-pruning thresholds (LTP) with top-k pruning on
// your own model, data and machine.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/alecthomas/kong"

	"ltpbench/bench/verdict"
	_ "ltpbench/hw/all"
	"ltpbench/internal/printable"
	"ltpbench/results"
	"ltpbench/results/report"
)

// exit codes: 1 the work failed, 2 the command line is wrong; decide has others for its answers.
func main() {
	// Setting the number of processors keeps Go from following a limit that changes on
	// the way: a record says with how many it was measured.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// commands is the command line.
type commands struct {
	Sweep    sweepCmd    `cmd:"" help:"Measure accuracy against FLOPs and time. Without flags: the embedded model and data."`
	Plan     planCmd     `cmd:"" help:"Check or print a plan, without running it."`
	Status   statusCmd   `cmd:"" help:"Show how far a run is: done, under way, left, time left, last sign of life."`
	Job      jobCmd      `cmd:"" help:"Run one job of a sweep, possibly beside other processes."`
	Train    trainCmd    `cmd:"" help:"Train a classifier, or fine-tune a model with a pruning rule."`
	Eval     evalCmd     `cmd:"" help:"Evaluate one model with one rule on labelled text."`
	Predict  predictCmd  `cmd:"" help:"Label texts from a file or standard input, and show which tokens remain."`
	Decide   decideCmd   `cmd:"" help:"Decide without training whether pruning pays for a model on a text: exit code 0 yes, 3 no, 4 cannot tell."`
	Explain  explainCmd  `cmd:"" help:"Show which token leaves in which layer and with what score, under rules side by side."`
	Table    tableCmd    `cmd:"" help:"Print a table of runs from their records, and the verdict."`
	Plot     plotCmd     `cmd:"" help:"Draw figures of runs from their records."`
	Report   reportCmd   `cmd:"" help:"Write a page for a browser: verdict, charts, tables and how it was measured."`
	Join     joinCmd     `cmd:"" help:"Join runs of different seeds on the same model and text into one."`
	Pool     poolCmd     `cmd:"" help:"Pool runs of several tasks: the mean difference between methods, as random effects."`
	Compare  compareCmd  `cmd:"" help:"Compare two records of the same benchmarks: counted values must be equal, times are compared as ratios."`
	Ls       lsCmd       `cmd:"" help:"List pruners, objectives, schedules, devices and tasks."`
	Version  versionCmd  `cmd:"" help:"Print version, build and machine."`
	GPUCheck gpuCheckCmd `cmd:"" name:"gpu-check" help:"Verify a GPU against the CPU and reference outputs, time its operations, and write a report."`
}

// program is this program's name in records.
const program = "ltpbench"

// output is where a command reads and writes, apart from files. Both writers make text of
// unknown origin harmless for a terminal.
type output struct {
	in       io.Reader
	out, err io.Writer
}

// checked remembers that a write failed, for callers that print and do not look.
type checked struct {
	io.Writer
	err error
}

func (c *checked) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	if c.err == nil {
		c.err = err
	}
	return n, err
}

const examples = `Examples:
  ltpbench sweep
  ltpbench sweep --model DIR --data dev.tsv --train train.tsv --methods threshold,topk:start=1 --budgets 0.5,0.7 --seeds 3
  ltpbench sweep plan.toml -o DIR
  ltpbench status DIR
  ltpbench plan show --model DIR --data dev.tsv
  ltpbench train --model DIR --data FOLDER --task SST-2 --learn --pruner threshold:final=0.01 --lambda 0.03 -o OUT
  echo "a charming journey" | ltpbench predict --pruner topk:rate=0.2,start=1
  ltpbench decide --model DIR --data dev.tsv
  ltpbench explain "a charming journey"
  ltpbench table RUN -o table.md
  ltpbench plot RUN --format pdf
  ltpbench report RUN
  ltpbench compare OLD NEW
  ltpbench ls pruners`

// errUsage marks errors that end with exit code 2.
type errUsage struct{ error }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &checked{Writer: stdout}
	plain, failures := printable.NewWriter(out), printable.NewWriter(stderr)
	code := execute(args, &output{stdin, plain, failures})
	err := plain.Flush()
	if err == nil {
		err = out.err
	}
	if err != nil && code == 0 {
		fmt.Fprintln(failures, "ltpbench: writing to standard output:", err)
		code = 1
	}
	failures.Flush()
	return code
}

// execute runs a command line.
func execute(args []string, o *output) int {
	c := commands{
		Sweep: sweepCmd{planFlags: newPlanFlags()}, Train: newTrainCmd(),
		Plan: planCmd{Check: planCheckCmd{planFlags: newPlanFlags()}, Jobs: planJobsCmd{newPlanFlags()}, Show: planShowCmd{newPlanFlags()}},
	}
	code := -1
	parser, err := kong.New(&c, kong.Name("ltpbench"), kong.Description("Do learned token-pruning thresholds beat top-k?\n\n"+examples),
		kong.Writers(o.out, o.err), kong.Exit(func(n int) {
			if code < 0 {
				code = n
			}
		}), kong.UsageOnError(), kong.Vars{"near": results.Decimal(verdict.Near), "figures": strings.Join(figures, ","), "formats": strings.Join(report.Names(), ",")})
	if err != nil {
		fmt.Fprintln(o.err, "ltpbench:", err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if code >= 0 {
		return code // help was asked for
	}
	if err != nil {
		fmt.Fprintln(o.err, "ltpbench:", err)
		return 2
	}
	if err := ctx.Run(o); err != nil {
		if answer := errAnswer(0); errors.As(err, &answer) {
			return int(answer)
		}
		fmt.Fprintln(o.err, "ltpbench:", err)
		var usage errUsage
		if errors.As(err, &usage) {
			return 2
		}
		return 1
	}
	return 0
}
