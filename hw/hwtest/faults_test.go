package hwtest

import (
	"math"

	"ltpbench/hw"
)

// fault is one way to be wrong, and the check that has to see it. Each broken
// device is a sound one with one operation replaced.
type fault struct {
	name   string
	fails  string
	breaks func(d hw.Backward) hw.Device
}

var faults = []fault{
	{"forgets the bias", "linear", func(d hw.Backward) hw.Device { return noBias{d} }},
	{"leaves what the activation saw unwritten", "linear", func(d hw.Backward) hw.Device { return noPre{d} }},
	{"writes one element too many", "linear", func(d hw.Backward) hw.Device { return tooFar{d} }},
	{"lets the batch change the last bit", "exact", func(d hw.Backward) hw.Device { return inexact{d} }},
	{"never ends a scope", "scopes", func(d hw.Backward) hw.Device { return endless{d} }},
	{"keeps what was in memory", "scopes", func(d hw.Backward) hw.Device { return dirty{d} }},
	{"has one scope for all", "scopes", func(d hw.Backward) hw.Device { return &oneScope{Backward: d} }},
	{"turns NaN into 0", "nan", func(d hw.Backward) hw.Device { return noNaN{d} }},
	{"allocates", "allocations", func(d hw.Backward) hw.Device { return allocates{d} }},
	{"counts the diagonal", "attention", func(d hw.Backward) hw.Device { return diagonal{d} }},
	{"forgets the earlier layers' scores", "attention", func(d hw.Backward) hw.Device { return forgetful{d} }},
	{"forgets the key bias", "attention", func(d hw.Backward) hw.Device { return noKeyBias{d} }},
	{"forgets the key weight", "attention", func(d hw.Backward) hw.Device { return noKeyWeight{d} }},
	{"weighs a row's own key", "attention", func(d hw.Backward) hw.Device { return ownWeighed{d} }},
	{"treats weight 0 as a little", "weighted is removed", func(d hw.Backward) hw.Device { return leaky{d} }},
	{"takes the context of other rows", "attention", func(d hw.Backward) hw.Device { return otherRows{d} }},
	{"believes the bounds", "bounds", func(d hw.Backward) hw.Device { return trusting{d} }},
	{"scores after dropout", "dropout", func(d hw.Backward) hw.Device { return scoresLate{d} }},
	{"forgets the residual", "norm", func(d hw.Backward) hw.Device { return noResidual{d} }},
	{"forgets the segments", "embed", func(d hw.Backward) hw.Device { return noSegments{d} }},
	{"gathers the first row in place of the last", "rows", func(d hw.Backward) hw.Device { return wrongRow{d} }},
	{"activates by ReLU alone", "activate", func(d hw.Backward) hw.Device { return reluAlone{d} }},
	{"takes the softmax over the batch", "softmax", func(d hw.Backward) hw.Device { return acrossBatch{d} }},
	{"keeps errors to itself", "errors", func(d hw.Backward) hw.Device { return quiet{d} }},
}

type endless struct{ hw.Backward }

func (d endless) Scope() hw.Scope { return noClose{d.Backward.Scope()} }

type noClose struct{ hw.Scope }

func (noClose) Close() {}

type dirty struct{ hw.Backward }

func (d dirty) Scope() hw.Scope { return dirtyScope{d.Backward.Scope(), d} }

type dirtyScope struct {
	hw.Scope
	d hw.Device
}

func (s dirtyScope) Floats(rows, cols int) hw.Mat {
	m := s.Scope.Floats(rows, cols)
	s.d.Write(m.Slice(rows-1, rows).Shape(1, 1), []float32{1})
	return m
}

type oneScope struct {
	hw.Backward
	scope hw.Scope
}

func (d *oneScope) Scope() hw.Scope {
	if d.scope == nil {
		d.scope = d.Backward.Scope()
	}
	return d.scope
}

type noBias struct{ hw.Backward }

func (d noBias) Pack(w, bias []float32, out, in int) hw.Weights {
	return d.Backward.Pack(w, nil, out, in)
}

type noPre struct{ hw.Backward }

func (d noPre) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	d.Backward.Linear(y, x, w, act, hw.Mat{})
}

type tooFar struct{ hw.Backward }

func (d tooFar) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	d.Backward.Linear(y, x, w, act, pre)
	d.Write(hw.Mat{Buf: y.Buf, Off: y.Off + y.Rows*y.Cols, Rows: 1, Cols: 1}, []float32{0})
}

type inexact struct{ hw.Backward }

func (d inexact) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	d.Backward.Norm(y, x, residual, n)
	change(d, y, func(x []float32) { x[len(x)/2] *= 1 + 1.0/(1<<22) })
}

type noNaN struct{ hw.Backward }

func (d noNaN) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	d.Backward.Linear(y, x, w, act, pre)
	change(d, y, func(x []float32) {
		for i, v := range x {
			if act == hw.ReLU && v != v {
				x[i] = 0
			}
		}
	})
}

type allocates struct{ hw.Backward }

var kept []float32

func (d allocates) Scale(y, x, perRow hw.Mat) {
	kept = make([]float32, 8)
	d.Backward.Scale(y, x, perRow)
}

type diagonal struct{ hw.Backward }

func (d diagonal) Scores(a *hw.Attention) {
	as := *a
	if a.Score.Kind == hw.ReceivedFromOthers {
		as.Score.Kind = hw.Received
	}
	d.Backward.Scores(&as)
}

type forgetful struct{ hw.Backward }

func (d forgetful) Scores(a *hw.Attention) {
	as := *a
	as.Score.Accumulated = false
	d.Backward.Scores(&as)
}

type noKeyBias struct{ hw.Backward }

func (d noKeyBias) Scores(a *hw.Attention) {
	a.KeyBias = hw.Mat{}
	d.Backward.Scores(a)
}

type noKeyWeight struct{ hw.Backward }

func (d noKeyWeight) Scores(a *hw.Attention) {
	a.KeyWeight = hw.Mat{}
	d.Backward.Scores(a)
}

type ownWeighed struct{ hw.Backward }

func (d ownWeighed) Scores(a *hw.Attention) {
	if !a.KeyWeight.Absent() {
		logs := floatsOf(d, a.KeyWeight)
		for i, w := range logs {
			logs[i] = float32(math.Log(float64(w)))
		}
		if !a.KeyBias.Absent() {
			for i, b := range floatsOf(d, a.KeyBias) {
				logs[i] += b
			}
		}
		a.KeyBias, a.KeyWeight = d.Floats(len(logs), 1), hw.Mat{}
		d.Write(a.KeyBias, logs)
	}
	d.Backward.Scores(a)
}

type leaky struct{ hw.Backward }

func (d leaky) Scores(a *hw.Attention) {
	if !a.KeyWeight.Absent() {
		change(d, a.KeyWeight, func(x []float32) {
			for i := range x {
				x[i] = max(x[i], 1e-2)
			}
		})
	}
	d.Backward.Scores(a)
}

type otherRows struct{ hw.Backward }

func (d otherRows) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	d.Backward.Context(y, a, hw.Ints{Buf: rows.Buf, Off: rows.Off, N: max(0, rows.N-1)})
}

type trusting struct{ hw.Backward }

func (d trusting) Scores(a *hw.Attention) {
	d.Backward.Scores(a)
	if a.Score.Kind != hw.NoScore && a.Scored.Rows > 1 {
		change(d, a.Scored, func(x []float32) { x[0] += x[len(x)-1] })
	}
}

type scoresLate struct{ hw.Backward }

func (d scoresLate) Scores(a *hw.Attention) {
	d.Backward.Scores(a)
	if a.Drop.Rate > 0 {
		change(d, a.Scored, func(x []float32) {
			for i := range x {
				x[i] *= 1 - a.Drop.Rate/2
			}
		})
	}
}

type noResidual struct{ hw.Backward }

func (d noResidual) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	d.Backward.Norm(y, x, hw.Mat{}, n)
}

type noSegments struct{ hw.Backward }

func (d noSegments) Embed(y hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	t.Segment = hw.Mat{}
	d.Backward.Embed(y, t, ids, positions, segments)
}

type wrongRow struct{ hw.Backward }

func (d wrongRow) Gather(y, x hw.Mat, rows hw.Ints) {
	d.Backward.Gather(y, x, rows)
	if y.Rows > 1 {
		d.Backward.Gather(y.Slice(y.Rows-1, y.Rows), x, rows.Top(1))
	}
}

type reluAlone struct{ hw.Backward }

func (d reluAlone) Activate(y, x hw.Mat, act hw.Act) { d.Backward.Activate(y, x, hw.ReLU) }

type acrossBatch struct{ hw.Backward }

func (d acrossBatch) SequenceSoftmax(y, x hw.Mat, s hw.Seqs) {
	if s.Count > 1 {
		ends := make([]int32, s.Count+1)
		d.ReadInts(ends, s.Offsets)
		one := d.Ints(2)
		d.WriteInts(one, []int32{0, ends[s.Count]})
		s.Offsets, s.Count = one, 1
	}
	d.Backward.SequenceSoftmax(y, x, s)
}

type quiet struct{ hw.Backward }

func (quiet) Sync() error { return nil }

// change rewrites a matrix on the device.
func change(d hw.Device, m hw.Mat, how func(x []float32)) {
	if x := floatsOf(d, m); len(x) > 0 {
		how(x)
		d.Write(m, x)
	}
}
