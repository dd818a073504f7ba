package gpucheck

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"ltpbench/hw"
	"ltpbench/pruners"
)

// Roofline times each operation of a layer and sets it beside the data sheet. On
// a simulated device, or without a budget, each runs once, small, and no figure is given.
func (c *Check) Roofline(w io.Writer, d hw.Device) (bool, error) {
	clock, ok := d.(hw.Clock)
	if !ok {
		fmt.Fprintln(w, "left out: the device has no clock")
		return true, nil
	}
	if d.Info().Simulated || c.Budget == 0 {
		for _, op := range operations(d, Shape{2, 5}, 2, 32) {
			if _, err := clock.Elapsed(op.run); err != nil {
				return false, fmt.Errorf("%s: %w", op.name, err)
			}
		}
		fmt.Fprintln(w, "every operation has run; times are not measured")
		return true, nil
	}
	card, known := Card{}, false
	for _, c := range Cards {
		if strings.Contains(d.Info().Model, c.Name) {
			card, known = c, true
		}
	}
	if !known {
		fmt.Fprintln(w, "this card's data sheet is not known here: times without a roofline")
	}
	for _, s := range Shapes {
		fmt.Fprintf(w, "\n%s, %s; medians of the card's own clock\n%-24s %10s %9s %9s %12s\n", s, d.Info().Type, "operation", "us", "GFLOP/s", "GB/s", "of roofline")
		works := map[string]Work{}
		for _, x := range Works(s) {
			works[x.Name] = x
		}
		list := operations(d, s, heads, width)
		for _, op := range list {
			us, err := median(clock, op.run, c.Budget/time.Duration(len(list)*len(Shapes)))
			if err != nil {
				return false, fmt.Errorf("%s: %w", op.name, err)
			}
			x, share := works[op.name], "-"
			for _, also := range op.also {
				x.FLOPs, x.Bytes = x.FLOPs+works[also].FLOPs, x.Bytes+works[also].Bytes
			}
			if known {
				bound, _ := card.Bound(x, d.Info().Type != hw.F32)
				share = fmt.Sprintf("%.0f %%", 100*bound/us)
			}
			fmt.Fprintf(w, "%-24s %10.1f %9.0f %9.0f %12s\n", op.name, us, x.FLOPs/us/1e3, x.Bytes/us/1e3, share)
		}
	}
	return true, d.Sync()
}

// spell is about how long the card works for one value: an operation is repeated, so
// that the card is never without work and the host's launches don't count.
const spell = 2 * time.Millisecond

// median runs op for about so long and returns the middle time of a run in microseconds.
func median(clock hw.Clock, op func(), budget time.Duration) (float64, error) {
	var times []float64
	runs := 1
	for begin := time.Now(); len(times) < 10 || time.Since(begin) < budget; {
		t, err := clock.Elapsed(func() {
			for range runs {
				op()
			}
		})
		if err != nil {
			return 0, err
		}
		if t < spell/2 && runs < 1000 { // not one of the values yet
			runs *= 2
			continue
		}
		times = append(times, t.Seconds()*1e6/float64(runs))
	}
	return middle(times), nil
}

// operation is one to be timed; also are works that it does besides the one of its name.
type operation struct {
	name string
	also []string
	run  func()
}

// operations sets a layer up on the device.
func operations(d hw.Device, s Shape, heads, width int) []operation {
	n, ffn, r := s.Count*s.Length, 4*width, rand.New(rand.NewPCG(1, 2))
	mat := func(rows, cols int) hw.Mat {
		m, host := d.Floats(rows, cols), make([]float32, rows*cols)
		for i := range host {
			host[i] = float32(r.NormFloat64())
		}
		d.Write(m, host)
		return m
	}
	weights := func(out, in int) hw.Weights {
		w := make([]float32, out*in)
		for i := range w {
			w[i] = float32(r.NormFloat64()) / 30
		}
		return d.Pack(w, make([]float32, out), out, in)
	}
	offsets, list := make([]int32, s.Count+1), make([]int32, n)
	for b := range offsets {
		offsets[b] = int32(b * s.Length)
	}
	for i := range list {
		list[i] = int32(i)
	}
	on, rows, kept, next := d.Ints(len(offsets)), d.Ints(n), d.Ints(n), d.Ints(len(offsets))
	d.WriteInts(on, offsets)
	d.WriteInts(rows, list)
	seqs := hw.Seqs{Offsets: on, Count: s.Count, Rows: n, Longest: s.Length}
	x, y := mat(n, width), mat(n, width)
	operand := func(cols int) hw.Mat { return d.Floats(n, cols).AsOperand() } // as an encoder's, see model.Run
	q, kv, context, up := operand(width), operand(2*width), operand(width), operand(ffn)
	a := &hw.Attention{
		Heads: heads, Q: q, KV: kv, QSeqs: seqs, Seqs: seqs, Score: hw.Score{Kind: hw.Received}, Scored: d.Floats(n, 1),
		Probs: d.Probs(heads, n*s.Length),
	}
	norm := hw.NormWeights{Gain: mat(1, width), Bias: mat(1, width), Eps: 1e-12}
	square, wide, widen, narrow := weights(width, width), weights(2*width, width), weights(ffn, width), weights(width, ffn)
	keep, half := d.Floats(s.Count, 1), make([]float32, s.Count)
	for b := range half {
		half[b] = float32((s.Length + 1) / 2)
	}
	d.Write(keep, half)
	d.Linear(q, x, square, hw.Identity, hw.Mat{})
	d.Linear(kv, x, wide, hw.Identity, hw.Mat{})
	d.Linear(up, x, widen, hw.GELU, hw.Mat{})
	all := []operation{
		{"Linear query", nil, func() { d.Linear(q, x, square, hw.Identity, hw.Mat{}) }},
		{"Linear key and value", nil, func() { d.Linear(kv, x, wide, hw.Identity, hw.Mat{}) }},
		{"Scores: received", []string{"Scores: maxima and sums"}, func() { d.Scores(a) }},
		{"Context", nil, func() { d.Context(context, a, hw.Ints{}) }},
		{"Norm with residual", nil, func() { d.Norm(y, x, x, norm) }},
		{"Linear up", []string{"GELU"}, func() { d.Linear(up, x, widen, hw.GELU, hw.Mat{}) }},
		{"Linear down", nil, func() { d.Linear(y, up, narrow, hw.Identity, hw.Mat{}) }},
		{"Gather", nil, func() { d.Gather(y, x, rows) }},
	}
	if on, ok := d.(pruners.ThresholdSelector); ok {
		all = append(all, operation{"Select by threshold", nil, func() {
			on.SelectThreshold(kept, next, a.Scored, seqs, hw.Ints{}, s.Length, heads, 1/float32(s.Length))
		}})
	}
	if on, ok := d.(pruners.RelativeSelector); ok {
		all = append(all, operation{"Select by share", nil, func() { on.SelectRelative(kept, next, a.Scored, seqs, 0.5) }})
	}
	if on, ok := d.(pruners.BestSelector); ok {
		all = append(all, operation{"Select top-k", nil, func() { on.SelectBest(kept, next, a.Scored, seqs, keep) }})
	}
	return all
}
