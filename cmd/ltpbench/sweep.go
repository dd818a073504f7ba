package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"ltpbench/bench/plan"
	"ltpbench/bench/sweep"
	"ltpbench/hw"
	"ltpbench/internal/machine"
)

type sweepCmd struct {
	planFlags
	progressFlag
	Out   string `short:"o" help:"Folder of this run; an unfinished run of the same plan there is resumed. Default: the last folder in ./ltpbench-results if it has an unfinished run of the same plan, else a new one." placeholder:"DIR"`
	Cells string `help:"Folder for trained weights; runs may share one. Default: cells in the run's folder." placeholder:"DIR"`

	Untimed bool `help:"Leave the times to a later call without this flag, which resumes the run on an idle machine."`
}

// Help is printed below the command's purpose.
func (sweepCmd) Help() string {
	return `Without training text, the given weights are used and rules are fitted to the budgets. With training text, every point is
fine-tuned with its rule, all for the same number of steps. After Ctrl-C or a crash the same command resumes the run.
ltpbench plan check with the same flags lists what a sweep would do and estimates the time.

Examples:
  ltpbench sweep
  ltpbench sweep --model base --data dev.csv --text review --label stars --methods threshold,topk:start=1 --budgets 0.6,0.8
  ltpbench sweep --model base --data GLUE --task MRPC --train GLUE --methods threshold,topk --budgets 0.5,0.7 --seeds 3 -o mrpc
  ltpbench sweep --model base --data dev.tsv --methods topk:rate=0.4,start=1 --batches 1,8 --lengths 16,64 --rounds 20
  ltpbench sweep plan.toml --device cpu:avx2 -o tuned`
}

// slowExamples is how many are measured without a fast path, unless it is asked for more.
const slowExamples = 24

// Run carries the plan out and draws what came out.
func (c *sweepCmd) Run(o *output) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	if c.File+c.Plan == "" && c.Limit == nil {
		if err := slow(o, &p); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	b := c.follow(o.err)
	dir, err := sweep.Sweep(ctx, p, sweep.Options{
		Out: c.Out, Cells: c.Cells, Untimed: c.Untimed, About: machine.Program(program), Progress: b.set,
		Say: func(text string) { fmt.Fprintln(o.err, text) },
		Show: func(dir string) error {
			b.wait()
			return show(o, dir)
		},
	})
	b.wait()
	switch {
	case errors.Is(err, sweep.ErrUntimed):
		fmt.Fprintf(o.err, "%v: the same command without --untimed measures them and finishes %s\n", err, dir)
		return nil
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped; what was done is kept in %s, and the same command resumes: %s", dir, machine.Command(program))
	case errors.Is(err, syscall.ENOSPC) && dir != "":
		if bad := (*fs.PathError)(nil); errors.As(err, &bad) { // closing the file says it again
			err = bad
		}
		return fmt.Errorf("%w: free some; what was done is kept in %s, and the same command resumes: %s", err, dir, machine.Command(program))
	}
	return err
}

// slow limits what is measured on a device without fast kernels, and says so.
func slow(o *output, p *plan.Plan) error {
	for _, name := range p.Devices {
		d, err := hw.Open(name, hw.Options{})
		if err != nil {
			return err
		}
		kernel := d.Info().Kernel
		d.Close()
		if kernel == "generic" {
			fmt.Fprintf(o.err, "no fast kernels on this machine: only the first %d examples are measured (--limit sets another number)\n", slowExamples)
			for i := range p.Data {
				p.Data[i].Limit = slowExamples
			}
			return nil
		}
	}
	return nil
}
