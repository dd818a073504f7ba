package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"ltpbench/bench/sweep"
)

type statusCmd struct {
	Folder string `arg:"" optional:"" name:"run" help:"Folder of a run. Default: the last in ./ltpbench-results."`
}

// Help is printed below the command's purpose.
func (statusCmd) Help() string {
	return `It reads the run's folder alone, neither model nor text, and changes nothing there: a process that is at work is not
disturbed. The time left is the plan's estimate of each remaining job's work at the pace of the run so far.

Examples:
  ltpbench status
  ltpbench status mrpc`
}

// Run prints how far the run is.
func (c *statusCmd) Run(o *output) error {
	dir := c.Folder
	if dir == "" {
		if dir = sweep.Latest(); dir == "" {
			return fmt.Errorf("there is no run in ./ltpbench-results: name a run's folder")
		}
	}
	s, err := sweep.Inspect(dir)
	if err != nil {
		return err
	}
	status(o.out, s, time.Now())
	return nil
}

// silence is how long a run may show no sign of life before that is pointed out.
const silence = 10 * time.Minute

// status prints a run's status at a moment.
func status(w io.Writer, s *sweep.Status, now time.Time) {
	switch {
	case s.Finished:
		fmt.Fprintf(w, "%s: finished; `ltpbench table %s` prints it\n", s.Folder, s.Folder)
		return
	case s.Locked:
		fmt.Fprintf(w, "%s: under way, a process holds its lock\n", s.Folder)
	case s.Unknown:
		fmt.Fprintf(w, "%s: not finished; this system has no locks that show whether a process is at work\n", s.Folder)
	default:
		fmt.Fprintf(w, "%s: not finished, and no process holds its lock; this resumes it: ltpbench sweep %s -o %s\n", s.Folder, filepath.Join(s.Folder, "plan.toml"), s.Folder)
	}
	for i := range s.Records {
		recordStatus(w, s, &s.Records[i], now)
	}
}

// mostNamed is how many jobs of a kind are named.
const mostNamed = 8

func recordStatus(w io.Writer, s *sweep.Status, r *sweep.RecordStatus, now time.Time) {
	indent := ""
	if r.Part != "." {
		fmt.Fprintf(w, "%s\n", r.Part)
		indent = "  "
	}
	switch {
	case r.Finished:
		fmt.Fprintf(w, "%sthe record is complete\n", indent)
		return
	case !r.Begun:
		fmt.Fprintf(w, "%snot begun, or by an earlier build; `ltpbench plan check %s` lists what it would do\n", indent, filepath.Join(s.Folder, "plan.toml"))
		return
	}
	if r.Last != nil {
		ago := now.Sub(r.Last.At)
		fmt.Fprintf(w, "%slast sign of life: %s ago, process %d on %s: %s\n", indent, roughly(ago), r.Last.Process, r.Last.Host, r.Last.What)
		if s.Locked && ago > silence {
			fmt.Fprintf(w, "%sthe process is there and has been silent for long: look whether it is stopped, or its disk or network folder is\n", indent)
		}
	}
	fmt.Fprintf(w, "%s%d of %d jobs done", indent, len(r.Done), len(r.Done)+len(r.Under)+len(r.Left))
	if left, ok := r.TimeLeft(); ok {
		fmt.Fprintf(w, ", about %s left", roughly(left))
	}
	fmt.Fprintln(w)
	for _, list := range []struct {
		what string
		jobs []*sweep.Job
	}{{"done", r.Done}, {"under way", r.Under}, {"left", r.Left}} {
		for i, j := range list.jobs {
			if i == mostNamed {
				fmt.Fprintf(w, "%s  %-10s and %d more\n", indent, list.what, len(list.jobs)-i)
				break
			}
			fmt.Fprintf(w, "%s  %-10s %-8s %s\n", indent, list.what, j.Kind, j.Name)
		}
	}
}
