package cpu

import (
	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

// chunk is how many rows a part of a row-wise operation has.
const chunk = 32

type rowOp uint8

const (
	opNorm rowOp = iota
	opEmbed
	opScale
	opGather
	opCombine
)

// rowwise is an operation that makes each row of y on its own.
type rowwise struct {
	set                      *simd.Set
	op                       rowOp
	y, x, z                  []float32
	rows, cols               int
	norm                     hw.NormWeights
	gain, bias               []float32
	word, position, segment  []float32
	ids, positions, segments []int32
	list, offsets            []int32
	weights                  []float32
}

func (d *device) rowwise(w rowwise) {
	if d.err != nil {
		return
	}
	w.set = d.set
	d.rows = w
	d.pool.run(&d.rows, (w.rows+chunk-1)/chunk)
}

func (w *rowwise) part(i, thread int) {
	for r := i * chunk; r < min(w.rows, (i+1)*chunk); r++ {
		y := w.y[r*w.cols : (r+1)*w.cols]
		switch w.op {
		case opNorm:
			w.normalise(y, r)
		case opEmbed:
			w.embed(y, r)
		case opScale:
			for j, v := range w.x[r*w.cols : (r+1)*w.cols] {
				y[j] = v * w.z[r]
			}
		case opGather:
			from := r
			if w.list != nil {
				from = int(w.list[r])
			}
			copy(y, w.x[from*w.cols:(from+1)*w.cols])
		case opCombine:
			w.combine(y, r)
		}
	}
}

func (d *device) Norm(y, x, residual hw.Mat, g hw.NormWeights) {
	if y.Rows != x.Rows || y.Cols != x.Cols || !residual.Absent() && residual.Rows != x.Rows {
		panic("cpu: Norm: shapes do not fit")
	}
	d.rowwise(rowwise{op: opNorm, y: f(y), x: f(x), z: f(residual), rows: y.Rows, cols: y.Cols, norm: g, gain: f(g.Gain), bias: f(g.Bias)})
}

func (w *rowwise) normalise(y []float32, r int) {
	var residual []float32
	if w.z != nil {
		residual = w.z[r*w.cols : (r+1)*w.cols]
	}
	w.set.LayerNorm(y, w.x[r*w.cols:(r+1)*w.cols], residual, w.gain, w.bias, w.norm.Eps)
}

func (d *device) Embed(y hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	if d.err != nil {
		return
	}
	w := rowwise{
		op: opEmbed, y: f(y), rows: y.Rows, cols: y.Cols, norm: t.Norm, gain: f(t.Norm.Gain), bias: f(t.Norm.Bias),
		word: f(t.Word), position: f(t.Position), segment: f(t.Segment),
		ids: n(ids), positions: n(positions), segments: n(segments),
	}
	if len(w.ids) < y.Rows || len(w.positions) < y.Rows {
		panic("cpu: Embed: fewer ids or positions than rows")
	}
	if d.outside("token id", w.ids[:y.Rows], t.Word.Rows) || d.outside("position", w.positions[:y.Rows], t.Position.Rows) ||
		w.segment != nil && d.outside("segment", w.segments[:y.Rows], t.Segment.Rows) {
		return
	}
	d.rowwise(w)
}

func (d *device) outside(what string, list []int32, size int) bool {
	for r, id := range list {
		if id < 0 || int(id) >= size {
			d.fail("row %d of the batch: %s %d lies outside the model's table of %d; is this the model's own tokenizer?", r, what, id, size)
			return true
		}
	}
	return false
}

func (w *rowwise) embed(y []float32, r int) {
	w.sumTables(y, r)
	w.set.LayerNorm(y, y, nil, w.gain, w.bias, w.norm.Eps)
}

func (w *rowwise) sumTables(y []float32, r int) {
	a, b := int(w.ids[r])*w.cols, int(w.positions[r])*w.cols
	word, position := w.word[a:a+w.cols], w.position[b:b+w.cols]
	for j, v := range word {
		y[j] = v + position[j]
	}
	if w.segment != nil {
		w.set.Add(y, w.segment[int(w.segments[r])*w.cols:][:w.cols])
	}
}

func (d *device) Scale(y, x, perRow hw.Mat) {
	if y.Rows != x.Rows || y.Cols != x.Cols || perRow.Rows < y.Rows {
		panic("cpu: Scale: shapes do not fit")
	}
	d.rowwise(rowwise{op: opScale, y: f(y), x: f(x), z: f(perRow), rows: y.Rows, cols: y.Cols})
}

func (d *device) Gather(y, x hw.Mat, rows hw.Ints) {
	if y.Rows != rows.N || y.Cols != x.Cols {
		panic("cpu: Gather: shapes do not fit")
	}
	d.rowwise(rowwise{op: opGather, y: f(y), x: f(x), list: n(rows), rows: y.Rows, cols: y.Cols})
}

func (d *device) GatherInts(y, x, rows hw.Ints, width int) {
	to, from := n(y), n(x)
	for i, r := range n(rows) {
		copy(to[i*width:(i+1)*width], from[int(r)*width:(int(r)+1)*width])
	}
}

func (d *device) Combine(y, x hw.Mat, c hw.Combination) {
	if y.Cols != x.Cols || c.Offsets.N != y.Rows+1 {
		panic("cpu: Combine: shapes do not fit")
	}
	d.rowwise(rowwise{op: opCombine, y: f(y), x: f(x), list: n(c.Rows), offsets: n(c.Offsets), weights: f(c.Weights), rows: y.Rows, cols: y.Cols})
}

func (w *rowwise) combine(y []float32, r int) {
	clear(y)
	for i := w.offsets[r]; i < w.offsets[r+1]; i++ {
		from, by := int(w.list[i])*w.cols, w.weights[i]
		for j, v := range w.x[from : from+w.cols] {
			y[j] += by * v
		}
	}
}
