package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"ltpbench/bench/sweep"
)

type planCmd struct {
	Check planCheckCmd `cmd:"" help:"Check a plan: list its cells, estimate the time, report errors."`
	Jobs  planJobsCmd  `cmd:"" help:"List the jobs of a sweep as JSON, one per line, for other processes to run; see ltpbench job."`
	Show  planShowCmd  `cmd:"" help:"Print the plan that a file and flags specify, with defaults; keys that are not set and have none are left out."`
}

type planJobsCmd struct{ planFlags }

// Run prints the plan's jobs, a line of JSON each.
func (c *planJobsCmd) Run(o *output) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	list, err := sweep.Jobs(p)
	if err != nil {
		return err
	}
	out := json.NewEncoder(o.out)
	for _, j := range list {
		if err := out.Encode(j); err != nil {
			return err
		}
	}
	return nil
}

type planShowCmd struct{ planFlags }

// Run prints the plan as TOML.
func (c *planShowCmd) Run(o *output) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	_, err = o.out.Write(p.Text())
	return err
}

type planCheckCmd struct {
	planFlags
	Out   string `short:"o" help:"Folder of the run, if it exists." placeholder:"DIR"`
	Cells string `help:"Folder of weights trained before. Default: cells in the run's folder." placeholder:"DIR"`
}

// Run reads everything and measures for some seconds, but makes nothing.
func (c *planCheckCmd) Run(o *output) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir := cmp.Or(c.Out, sweep.Unfinished(p))
	list, err := sweep.Survey(ctx, p, cmp.Or(c.Cells, filepath.Join(dir, "cells")))
	if err != nil {
		return err
	}
	var all sweep.Forecast
	for i := range list {
		forecast(o.out, &list[i])
		all.Training += list[i].Training
		all.Measuring += list[i].Measuring
		all.Timing += list[i].Timing
		all.Disk += list[i].Disk
		all.Memory = max(all.Memory, list[i].Memory)
	}
	fmt.Fprintf(o.out, "plan %s: about %s (training %s, evaluation %s, timing %s), as fast as this machine is now;\nup to %s on the disk, about %s of memory\n",
		p.Hash(), roughly(all.Training+all.Measuring+all.Timing), roughly(all.Training), roughly(all.Measuring), roughly(all.Timing), size(all.Disk), size(all.Memory))
	if dir != "" {
		fmt.Fprintf(o.out, "it resumes in %s\n", dir)
	}
	return nil
}

// forecast prints one record of a plan.
func forecast(w io.Writer, f *sweep.Forecast) {
	fmt.Fprintf(w, "%s on %s, %s: %d examples\n", f.Model, f.Task, f.Device, f.Examples)
	for _, text := range f.Found {
		fmt.Fprintf(w, "  %s\n", text)
	}
	made := map[string]bool{}
	for _, j := range f.Jobs {
		state := ""
		switch {
		case j.Kind == sweep.Time:
			continue
		case j.Kind == sweep.Evaluate && made[j.Name]:
			continue
		case j.Kind == sweep.Evaluate:
			state = "nothing to make"
		case j.Steps > 0 && j.Done:
			state = "weights are there"
		case j.Steps > 0:
			state = fmt.Sprintf("%d steps, about %s", j.Steps, roughly(j.Takes))
		case j.Kind == sweep.Search && j.Done:
			state = "front is there"
		case j.Kind == sweep.Search:
			state = fmt.Sprintf("%d candidates, about %s", j.Candidates, roughly(j.Takes))
		case j.Done:
			state = "rule is there"
		default:
			state = "rule to be fitted"
		}
		made[j.Name] = true
		fmt.Fprintf(w, "  %-40s %s\n", j.Name, state)
	}
	for _, text := range f.Unreachable {
		fmt.Fprintf(w, "  left out: %s\n", text)
	}
	for _, text := range f.Nearest {
		fmt.Fprintf(w, "  at its nearest setting: %s\n", text)
	}
	fmt.Fprintln(w)
}

// roughly rounds a duration to what an estimate is worth.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

func size(bytes int64) string {
	if bytes < 1<<30 {
		return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
}
