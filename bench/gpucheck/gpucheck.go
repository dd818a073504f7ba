// Package gpucheck holds a device against everything that is known to be right,
// on the machine at hand, and writes what came of it: the conformance suite, the
// oracle's small networks, the CPU's logits and kept tokens, what CUDA Graphs save, and how far
// its operations are from what the card's data sheet allows.
package gpucheck

import (
	"fmt"
	"io"
	"time"

	"ltpbench/bench/embedded"
	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/ragged"
)

// Check is what to hold against what.
type Check struct {
	Device   string // as hw.Open takes it
	Networks string // the folder with the oracle's networks; empty: that part is left out, and said so
	Points   []embedded.Point
	Examples []ragged.Sequence
	// Budget is how long operations are measured, all together. 0: each runs once
	// and no figure is given.
	Budget time.Duration
}

// Run writes the report and returns how many parts failed. An error reports that the
// check could not be made.
func (c *Check) Run(w io.Writer) (failed int, err error) {
	d, err := hw.Open(c.Device, hw.Options{})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	info := d.Info()
	fmt.Fprintf(w, "device: %s\ncard: %s\nkernels: %s\ntype: %s\n", info.Name, info.Model, info.Kernel, info.Type)
	if info.Simulated {
		fmt.Fprintln(w, "THIS DEVICE IS SIMULATED: what follows verifies the program and says nothing about speed.")
	}
	for _, part := range []struct {
		name string
		run  func(w io.Writer, d hw.Device) (bool, error)
	}{{"capabilities", c.Capabilities}, {"conformance", c.Conformance}, {"oracle", c.Oracle}, {"agreement with the CPU", c.Agreement}, {"CUDA Graphs at batch 1", c.Graphs}, {"roofline", c.Roofline}} {
		fmt.Fprintf(w, "\n== %s\n", part.name)
		condition(w, "before", d)
		ok, err := part.run(w, d)
		if err != nil {
			return failed, fmt.Errorf("%s: %w", part.name, err)
		}
		condition(w, "after", d)
		if !ok {
			failed++
			fmt.Fprintf(w, "FAILED: %s\n", part.name)
		}
	}
	return failed, nil
}

// condition writes what the card reports about itself, or why it does not.
func condition(w io.Writer, when string, d hw.Device) {
	s, ok := d.(hw.Sensor)
	if !ok {
		return
	}
	c, err := s.Condition()
	if err != nil {
		fmt.Fprintf(w, "%s: clocks, power and temperature are not read: %v\n", when, err)
		return
	}
	fmt.Fprintf(w, "%s: %s\n", when, c)
}

// Conformance runs the suite that every device passes. Like the other parts it
// reports whether all was well.
func (c *Check) Conformance(w io.Writer, d hw.Device) (bool, error) {
	good := true
	hwtest.Run(func(o hw.Options) (hw.Device, error) { return hw.Open(c.Device, o) }, func(name string, failures []string, skipped bool) {
		switch {
		case skipped:
			fmt.Fprintf(w, "%-16s left out: the device does not train\n", name)
		case len(failures) == 0:
			fmt.Fprintf(w, "%-16s ok\n", name)
		default:
			good = false
			for _, f := range failures {
				fmt.Fprintf(w, "%-16s %s\n", name, f)
			}
		}
	})
	return good, nil
}
