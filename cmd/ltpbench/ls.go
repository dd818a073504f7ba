package main

import (
	"fmt"
	"runtime"
	"strings"

	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/internal/registry"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

type lsCmd struct {
	What string `arg:"" enum:"pruners,objectives,schedules,devices,tasks" help:"pruners, objectives, schedules, devices or tasks."`
}

// Run lists what exists.
func (c *lsCmd) Run(o *output) error {
	switch c.What {
	case "pruners":
		for _, r := range pruners.Rules() {
			fmt.Fprintf(o.out, "%s\n    %s\n", r.Name, r.Doc)
			for _, p := range r.Params {
				fmt.Fprintf(o.out, "    %-8s %s\n", p.Key, p.Doc)
			}
			fmt.Fprintf(o.out, "    such as  %s\n", strings.Join(r.Examples, "  "))
		}
	case "objectives":
		list(o, train.Objectives())
	case "schedules":
		list(o, train.Schedules())
		list(o, train.Curricula())
	case "devices":
		for _, d := range hw.Drivers() {
			fmt.Fprintf(o.out, "%s\n    %s\n    here: %s\n", d.Name, d.Doc, here(d))
		}
	case "tasks":
		for _, name := range text.Names() {
			t, err := text.Lookup(name)
			if err != nil {
				return err
			}
			labels := strings.Join(t.Labels, ", ")
			if t.Regression() {
				labels = fmt.Sprintf("a score from %g to %g", t.Low, t.High)
			}
			var metrics []string
			for _, m := range t.Metrics {
				metrics = append(metrics, m.Name)
			}
			var splits []string
			for _, split := range t.SplitNames() {
				var files []string
				for _, f := range t.Splits[split] {
					files = append(files, f.Name)
				}
				splits = append(splits, fmt.Sprintf("%s (%s)", split, strings.Join(files, " or ")))
			}
			fmt.Fprintf(o.out, "%s\n    labels   %s\n    splits   %s\n    metrics  %s\n    terms    %s\n", t.Name, labels, strings.Join(splits, ", "), strings.Join(metrics, ", "), t.Terms)
		}
	}
	return nil
}

// list prints what a registry holds.
func list[T any](o *output, entries []registry.Entry[T]) {
	for _, e := range entries {
		fmt.Fprintf(o.out, "%s\n    %s\n", e.Name, e.Doc)
		for _, p := range e.Params {
			fmt.Fprintf(o.out, "    %-8s %s\n", p.Key, p.Doc)
		}
		fmt.Fprintf(o.out, "    such as  %s\n", strings.Join(e.Examples, "  "))
	}
}

// here lists a driver's variants on this machine, or explains why there are none.
func here(d hw.Driver) string {
	if variants := d.Variants(); len(variants) > 0 {
		return strings.Join(variants, ", ")
	}
	device, err := hw.Open(d.Name, hw.Options{})
	if err != nil {
		return "none: " + err.Error()
	}
	device.Close()
	return d.Name
}

type versionCmd struct{}

// Run prints what this program is and where it runs.
func (versionCmd) Run(o *output) error {
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	fmt.Fprintf(o.out, "ltpbench %s, %s, %s/%s, %s kernels on %s\n", machine.Build(), runtime.Version(), runtime.GOOS, runtime.GOARCH, d.Info().Kernel, d.Info().Model)
	return nil
}
