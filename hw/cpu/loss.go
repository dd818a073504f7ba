package cpu

import (
	"math"

	"ltpbench/hw"
)

func (d *device) CrossEntropy(loss, dlogits, logits, target hw.Mat, weight float32) {
	if d.err != nil {
		return
	}
	z, p, g, cols := f(logits), f(target), f(dlogits), logits.Cols
	each := float64(weight) / float64(logits.Rows)
	total := 0.0
	for r := range logits.Rows {
		row := z[r*cols : (r+1)*cols]
		top := math.Inf(-1)
		for _, v := range row {
			top = math.Max(top, float64(v))
		}
		sum := 0.0
		for _, v := range row {
			sum += math.Exp(float64(v) - top)
		}
		for j, v := range row {
			log := float64(v) - top - math.Log(sum)
			want := float64(p[r*cols+j])
			total -= want * log
			if g != nil {
				g[r*cols+j] += float32(each * (math.Exp(log) - want))
			}
		}
	}
	f(loss)[0] += float32(total * each)
}

func (d *device) SquaredError(loss, dx, x, target hw.Mat, weight float32) {
	if d.err != nil {
		return
	}
	xs, ts, g := f(x), f(target), f(dx)
	each := float64(weight) / float64(len(xs))
	total := 0.0
	for i, v := range xs {
		diff := float64(v) - float64(ts[i])
		total += diff * diff
		if g != nil {
			g[i] += float32(2 * diff * each)
		}
	}
	f(loss)[0] += float32(total * each)
}

var _ hw.Backward = (*device)(nil)
