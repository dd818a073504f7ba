package hwtest

import (
	"math"
	"slices"

	"ltpbench/hw"
)

// LateDevice is a test device whose operations run late and whose offsets, after
// a selection, are known to itself alone: the caller's Rows stay the upper bound
// that they were, and rows past the true end are NaN. Nothing runs before
// Read, ReadInts or Sync.
type LateDevice struct {
	hw.Memory // the inner device's
	d         hw.Device
	waiting   []func()
	reads     int  // ReadInts since Embed
	running   bool // between Embed and Sync
	bound     int  // rows when the batch began
	live      int  // rows after the last selection
}

var _ hw.Device = (*LateDevice)(nil)

// Late wraps a device; it has the inner one's memory and packed weights. It has
// no hw.Backward.
func Late(d hw.Device) *LateDevice { return &LateDevice{Memory: d, d: d} }

// IntReads returns how often integers were read on the host between the last
// Embed and the Sync after it: a loop that leaves offsets on the device has 0.
func (l *LateDevice) IntReads() int { return l.reads }

func (l *LateDevice) later(op func()) { l.waiting = append(l.waiting, op) }

// flush runs what waits.
func (l *LateDevice) flush() {
	waiting := l.waiting
	l.waiting = l.waiting[:0]
	for _, op := range waiting {
		op()
	}
}

// writes runs op, which fills y, and spoils the rows of y past the true end.
func (l *LateDevice) writes(y hw.Mat, op func()) {
	l.later(func() {
		op()
		if y.Absent() || y.Rows != l.bound || l.live >= l.bound {
			return
		}
		past := y.Slice(l.live, y.Rows)
		spoiled := make([]float32, past.Rows*past.Cols)
		for i := range spoiled {
			spoiled[i] = float32(math.NaN())
		}
		l.d.Write(past, spoiled)
	})
}

// Info implements hw.Device.
func (l *LateDevice) Info() hw.Info {
	i := l.d.Info()
	i.Name, i.HostSizes = "late "+i.Name, 0
	return i
}

// Scope implements hw.Device.
func (l *LateDevice) Scope() hw.Scope { return lateScope{l.d.Scope(), l} }

// lateScope ends when what waits has been done.
type lateScope struct {
	hw.Scope
	l *LateDevice
}

func (s lateScope) Close() {
	s.l.flush()
	s.Scope.Close()
}

// Write implements hw.Device.
func (l *LateDevice) Write(dst hw.Mat, src []float32) {
	src = slices.Clone(src)
	l.later(func() { l.d.Write(dst, src) })
}

// WriteInts implements hw.Device.
func (l *LateDevice) WriteInts(dst hw.Ints, src []int32) {
	src = slices.Clone(src)
	l.later(func() { l.d.WriteInts(dst, src) })
}

// Read implements hw.Device.
func (l *LateDevice) Read(dst []float32, src hw.Mat) {
	l.flush()
	l.d.Read(dst, src)
}

// ReadInts implements hw.Device.
func (l *LateDevice) ReadInts(dst []int32, src hw.Ints) {
	l.flush()
	if l.running {
		l.reads++
	}
	l.d.ReadInts(dst, src)
}

// Embed implements hw.Device.
func (l *LateDevice) Embed(y hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	l.running, l.reads = true, 0
	l.later(func() {
		l.bound, l.live = y.Rows, y.Rows
		l.d.Embed(y, t, ids, positions, segments)
	})
}

// Linear implements hw.Device.
func (l *LateDevice) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	l.writes(y, func() { l.d.Linear(y, x, w, act, pre) })
	l.writes(pre, func() {})
}

// Scores implements hw.Device.
func (l *LateDevice) Scores(a *hw.Attention) {
	as := *a
	l.writes(a.Scored, func() { l.d.Scores(&as) })
}

// Context implements hw.Device.
func (l *LateDevice) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	as := *a
	l.writes(y, func() { l.d.Context(y, &as, rows) })
}

// Norm implements hw.Device.
func (l *LateDevice) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	l.writes(y, func() { l.d.Norm(y, x, residual, n) })
}

// Scale implements hw.Device.
func (l *LateDevice) Scale(y, x, perRow hw.Mat) {
	l.writes(y, func() { l.d.Scale(y, x, perRow) })
}

// Gather implements hw.Device.
func (l *LateDevice) Gather(y, x hw.Mat, rows hw.Ints) {
	l.writes(y, func() { l.d.Gather(y, x, rows) })
}

// GatherInts implements hw.Device.
func (l *LateDevice) GatherInts(y, x, rows hw.Ints, width int) {
	l.later(func() { l.d.GatherInts(y, x, rows, width) })
}

// Combine implements hw.Device.
func (l *LateDevice) Combine(y, x hw.Mat, c hw.Combination) {
	l.writes(y, func() { l.d.Combine(y, x, c) })
}

// Add implements hw.Device.
func (l *LateDevice) Add(y, x hw.Mat) {
	l.writes(y, func() { l.d.Add(y, x) })
}

// Activate implements hw.Device.
func (l *LateDevice) Activate(y, x hw.Mat, act hw.Act) {
	l.writes(y, func() { l.d.Activate(y, x, act) })
}

// SequenceSoftmax implements hw.Device.
func (l *LateDevice) SequenceSoftmax(y, x hw.Mat, s hw.Seqs) {
	l.writes(y, func() { l.d.SequenceSoftmax(y, x, s) })
}

// Sync implements hw.Device.
func (l *LateDevice) Sync() error {
	l.flush()
	l.running = false
	return l.d.Sync()
}

// Close implements hw.Device; what waits is not done.
func (l *LateDevice) Close() error { return l.d.Close() }
