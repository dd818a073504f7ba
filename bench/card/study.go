package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"ltpbench/bench/plan"
	"ltpbench/bench/sweep"
	"ltpbench/internal/machine"
)

// part is a piece of a study that is a record by itself: one seed of one model on one text.
type part struct {
	name string
	plan plan.Plan
	kind string // what takes about as long
}

// partsOf divides plans, most informative first: the first seed of everything, in the
// plans' order, tells more than all seeds of one text.
func partsOf(plans []plan.Plan, device string) (list []part) {
	round := 0
	for more := true; more; round++ {
		more = false
		for _, p := range plans {
			if round >= len(p.Seeds) {
				continue
			}
			more = true
			for i, d := range p.Data {
				for _, m := range p.Models {
					one := p
					one.Seeds, one.Data, one.Models, one.Devices = p.Seeds[round:round+1], []plan.Data{d}, []string{m}, []string{device}
					text := d.Task
					if text == "" {
						text = fmt.Sprintf("text%d", i+1)
					}
					kind := filepath.Base(m) + "-" + text
					name := fmt.Sprintf("%s-seed%d", kind, p.Seeds[round])
					for n := 2; slices.ContainsFunc(list, func(x part) bool { return x.name == name }); n++ {
						name = fmt.Sprintf("%s-%d-seed%d", kind, n, p.Seeds[round]) // another plan's
					}
					list = append(list, part{name, one, fmt.Sprintf("%s %d", kind, len(one.Cells(d)))})
				}
			}
		}
	}
	return list
}

// study sweeps plans, part by part, within the time limit: -o names the folder of the
// records. Weights go to -models and stay there. A part that the limit cuts short keeps
// the cells that are measured and is listed as not run, as is one that took longer with
// the seed before than there is time left.
func study(o *options, out, log io.Writer) error {
	var plans []plan.Plan
	for _, file := range o.plans {
		p, err := plan.Read(file)
		if err != nil {
			return err
		}
		plans = append(plans, p)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	ctx, cancel := context.WithDeadline(ctx, o.deadline)
	defer cancel()
	parts := partsOf(plans, o.device)
	if o.only != "" {
		parts = slices.DeleteFunc(parts, func(x part) bool { return x.name != o.only })
		if o.share != "" && len(parts) == 1 {
			x, err := parts[0].share(o.share)
			if err != nil {
				return err
			}
			defer os.RemoveAll(filepath.Join(o.record, x.name))
			parts[0] = x
		}
	} else if o.jobs > 1 {
		return together(ctx, o, parts, out, log)
	}
	took, missed, done := map[string]time.Duration{}, []string(nil), 0
	for _, x := range parts {
		left := time.Until(o.deadline)
		if ctx.Err() != nil || left < took[x.kind] {
			missed = append(missed, fmt.Sprintf("%s: %.0f s were left, and the seed before took %.0f s", x.name, max(0, left.Seconds()), took[x.kind].Seconds()))
			continue
		}
		begin := time.Now()
		_, err := sweep.Sweep(ctx, x.plan, sweep.Options{
			Out: filepath.Join(o.record, x.name), Cells: o.models, About: machine.Program("card"), Untimed: o.untimed,
			Say: func(text string) { fmt.Fprintln(log, x.name+":", text) },
		})
		switch {
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
			missed = append(missed, x.name+": the time limit cut it short; its record has the cells that were measured and no times")
		case err != nil && !(o.untimed && errors.Is(err, sweep.ErrUntimed)):
			fmt.Fprintf(log, "%s: %v\n", x.name, err)
			first, _, _ := strings.Cut(err.Error(), "\n")
			missed = append(missed, x.name+": "+first)
		default:
			took[x.kind], done = time.Since(begin), done+1
			fmt.Fprintf(out, "%s: %s in %.0f s\n", x.name, map[bool]string{false: "done", true: "made"}[o.untimed], took[x.kind].Seconds())
		}
	}
	return notRun(out, missed, done)
}
