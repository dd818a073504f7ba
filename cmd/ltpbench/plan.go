package main

import (
	"cmp"
	"context"
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
	Check planCheckCmd `cmd:"" help:"Say what a sweep would do, cell by cell, how long it takes, and what is wrong with it."`
	Show  planShowCmd  `cmd:"" help:"Print the plan that a file or flags make, with all keys and defaults."`
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
	Out   string `short:"o" help:"Folder of the run, if it has begun." placeholder:"DIR"`
	Cells string `help:"Folder of weights that were made before; cells in the run's folder if not given." placeholder:"DIR"`
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
	fmt.Fprintf(o.out, "plan %s: about %s (training %s, exact passes %s, timing %s), as fast as this machine is now;\nup to %s on the disk, about %s of memory\n",
		p.Hash(), roughly(all.Training+all.Measuring+all.Timing), roughly(all.Training), roughly(all.Measuring), roughly(all.Timing), size(all.Disk), size(all.Memory))
	if dir != "" {
		fmt.Fprintf(o.out, "it goes on in %s\n", dir)
	}
	return nil
}

// forecast prints one record of a plan.
func forecast(w io.Writer, f *sweep.Forecast) {
	fmt.Fprintf(w, "%s on %s, %s: %d examples\n", f.Model, f.Task, f.Device, f.Examples)
	for _, text := range f.Found {
		fmt.Fprintf(w, "  %s\n", text)
	}
	for _, s := range f.Points {
		state := "nothing to make"
		switch {
		case s.Steps > 0 && s.Stored:
			state = "weights are there"
		case s.Steps > 0:
			state = fmt.Sprintf("%d steps, about %s", s.Steps, roughly(s.Takes))
		case !s.Stored:
			state = "rule to be fitted"
		}
		fmt.Fprintf(w, "  %-40s %s\n", s.Point, state)
	}
	for _, text := range f.Unreachable {
		fmt.Fprintf(w, "  left out: %s\n", text)
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
