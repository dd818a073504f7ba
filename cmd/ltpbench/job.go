package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"ltpbench/bench/sweep"
	"ltpbench/internal/machine"
)

type jobCmd struct {
	progressFlag
	Folder string `arg:"" name:"run" help:"Folder of the run, with its plan.toml."`
	Key    string `arg:"" help:"Key of the job, from ltpbench plan jobs."`
	Cells  string `help:"Folder for trained weights. Default: cells in the run's folder." placeholder:"DIR"`
}

// Help is printed below the command's purpose.
func (jobCmd) Help() string {
	return `A sweep is a list of jobs, some of which need others to be finished first. Several processes that share the run's folder
can run them in parallel; ltpbench sweep with the same plan and folder runs the remaining ones and writes the record.

Example:
  mkdir run
  ltpbench plan show --model base --data dev.tsv --methods topk --budgets 0.5,0.7 >run/plan.toml
  ltpbench plan jobs run/plan.toml
  ltpbench job run 5f0c6a1be2d93f47
  ltpbench sweep run/plan.toml -o run`
}

// Run does the job.
func (c *jobCmd) Run(o *output) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := c.follow(o.err)
	err := sweep.Do(ctx, c.Folder, c.Key, sweep.Options{
		Cells: c.Cells, About: machine.Program(program), Progress: b.set, Say: func(text string) { fmt.Fprintln(o.err, text) },
	})
	b.wait()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped; the same command resumes a training, and repeats anything else: %s", machine.Command(program))
	}
	return err
}
