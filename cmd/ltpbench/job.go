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
	Folder string `arg:"" name:"run" help:"Folder of the run, with its plan.toml."`
	Key    string `arg:"" help:"The job's key, as ltpbench plan jobs lists it."`
	Cells  string `help:"Folder of the weights that are made; cells in the run's folder if not given." placeholder:"DIR"`
}

// Help is printed below the command's purpose.
func (jobCmd) Help() string {
	return `A sweep is a list of jobs, each of which needs others to be done first. Several processes that share the run's folder can do
them side by side; ltpbench sweep with the same plan and folder does those that are left, and writes the record.

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
	b := newBar(o.err)
	err := sweep.Do(ctx, c.Folder, c.Key, sweep.Options{
		Cells: c.Cells, About: machine.Program(program), Progress: b.set, Say: func(text string) { fmt.Fprintln(o.err, text) },
	})
	b.wait()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped; the same command resumes a training, and repeats anything else: %s", machine.Command(program))
	}
	return err
}
