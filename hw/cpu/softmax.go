package cpu

import "ltpbench/hw"

// SequenceSoftmax implements hw.Device.
func (d *device) SequenceSoftmax(y, x hw.Mat, s hw.Seqs) {
	if y.Rows != x.Rows || y.Cols != x.Cols {
		panic("cpu: SequenceSoftmax: shapes do not fit")
	}
	d.byColumns(backward{do: (*backward).softmax, to: f(y), x: f(x), cols: y.Cols}, s)
}

// SequenceSoftmaxGrad implements hw.Backward.
func (d *device) SequenceSoftmaxGrad(dx, dy, y hw.Mat, s hw.Seqs) {
	d.byColumns(backward{do: (*backward).softmaxGrad, to: f(dx), from: f(dy), x: f(y), cols: y.Cols}, s)
}

// byColumns runs an operation with a part for each sequence and some of its columns.
func (d *device) byColumns(b backward, s hw.Seqs) {
	if s.Count == 0 || b.cols == 0 {
		return
	}
	b.offsets, b.items, b.block = n(s.Offsets), s.Count*panels(b.cols, columns), 1
	d.backward(b)
}

// columnsOf returns the rows of an item's sequence and its columns.
func (b *backward) columnsOf(item int) (first, rows, c, wide int) {
	across := panels(b.cols, columns)
	s := item / across
	first, c = int(b.offsets[s]), item%across*columns
	return first, int(b.offsets[s+1]) - first, c, min(columns, b.cols-c)
}

// softmax turns the columns into rows and back.
func (b *backward) softmax(item, _, thread int) {
	first, rows, c, wide := b.columnsOf(item)
	if rows == 0 {
		return
	}
	set, at, turned := b.d.set, first*b.cols+c, b.d.threadRoom(thread, wide*rows)
	set.Transpose(turned, rows, b.x[at:], b.cols, rows, wide, 1)
	set.Softmax(turned, rows)
	set.Transpose(b.to[at:], b.cols, turned, rows, wide, rows, 1)
}

// softmaxGrad sets dx = y·(dy - Σ_rows y·dy).
func (b *backward) softmaxGrad(item, _, thread int) {
	first, rows, c, wide := b.columnsOf(item)
	sums := b.d.threadRoom(thread, wide)
	clear(sums)
	for pass := range 2 {
		for r := first; r < first+rows; r++ {
			at := r*b.cols + c
			y, dy, dx := b.x[at:at+wide], b.from[at:at+wide], b.to[at:at+wide]
			for j, v := range y {
				if pass == 0 {
					sums[j] += v * dy[j]
				} else {
					dx[j] = v * (dy[j] - sums[j])
				}
			}
		}
	}
}
