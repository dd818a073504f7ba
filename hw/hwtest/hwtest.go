// Package hwtest holds every device to the same words: a suite that compares
// each operation of package hw with a plain float64 one, benchmarks, and test
// devices. A device's whole test is
//
//	func TestDevice(t *testing.T) {
//		hwtest.Test(t, func(o hw.Options) (hw.Device, error) { return hw.Open("cpu", o) })
//	}
package hwtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"ltpbench/hw"
)

// Open opens the device under test. Options.Threads is 0, 1, 2 or 3.
type Open func(o hw.Options) (hw.Device, error)

// check is one part of the suite.
type check struct {
	name     string
	backward bool // needs hw.Backward
	run      func(p *probe)
}

// checks is the suite, the plain parts first.
var checks = []check{
	{"memory", false, memory},
	{"scopes", false, scopes},
	{"linear", false, linear},
	{"norm", false, norm},
	{"rows", false, rows},
	{"activate", false, activates},
	{"softmax", false, softmax},
	{"embed", false, embed},
	{"attention", false, attention},
	{"weighted is removed", false, weightedIsRemoved},
	{"operands", false, operands},
	{"errors", false, errors},
	{"nan", false, nan},
	{"bounds", false, bounds},
	{"exact", false, exact},
	{"allocations", false, allocations},
	{"trainable", true, trainable},
	{"dropout", true, dropout},
	{"linear grad", true, linearGrad},
	{"act grad", true, actGrad},
	{"norm grad", true, normGrad},
	{"rows grad", true, rowsGrad},
	{"softmax grad", true, softmaxGrad},
	{"embed grad", true, embedGrad},
	{"attention grad", true, attentionGrad},
	{"losses", true, losses},
	{"optimiser", true, optimiser},
	{"repeatable", true, repeatable},
	{"grad allocations", true, gradAllocations},
}

// Test runs the suite: the forward operations, and hw.Backward's where the
// device has them.
func Test(t *testing.T, open Open) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			failures, skipped := c.on(open)
			for _, f := range failures {
				t.Error(f)
			}
			if skipped {
				t.Skip("this device does not train")
			}
		})
	}
}

// Run is Test outside of a test: report receives what each check found, or that it
// was left out because the device does not train.
func Run(open Open, report func(name string, failures []string, skipped bool)) {
	for _, c := range checks {
		failures, skipped := c.on(open)
		report(c.name, failures, skipped)
	}
}

// seed is that of every check's random numbers.
const seed = 20260711

// on runs a check on a fresh device and returns what failed.
func (c check) on(open Open) (failures []string, skipped bool) {
	p := &probe{open: open, rng: rand.New(rand.NewPCG(seed, uint64(len(c.name))))}
	p.d = p.device(hw.Options{})
	if p.d == nil {
		return p.failures, false
	}
	var trains bool
	if p.back, trains = p.d.(hw.Backward); c.backward && !trains {
		return nil, true
	}
	func() {
		defer func() {
			if r := recover(); r != nil && r != enough {
				p.failures = append(p.failures, fmt.Sprintf("%s: panic: %v", p.label, r))
			}
		}()
		c.run(p)
	}()
	for _, d := range p.devices {
		d.Close()
	}
	return p.failures, false
}
