package train

import (
	"math"

	"ltpbench/hw"
)

// contrast is memory for a contrastive loss over at most so many rows. Similarities are a
// product of the rows with themselves, which take the place of a Linear's weights.
type contrast struct {
	z, s, dz, dw hw.Mat
	w            hw.Weights
}

func newContrast(m hw.Memory, rows, width int) *contrast {
	return &contrast{
		z: m.Floats(rows, width), s: m.Floats(rows, rows), dz: m.Floats(rows, width), dw: m.Floats(rows, width),
		w: m.Trainable(make([]float32, rows*width), make([]float32, rows), rows, width),
	}
}

// contrast returns the objective's own memory for it.
func (s *Step) contrast(rows, width int) *contrast {
	if s.p.contrasts[s.term] == nil {
		s.p.contrasts[s.term] = newContrast(s.t.memory, rows, width)
	}
	return s.p.contrasts[s.term]
}

// add returns the loss of tokenSCL over rows x with their labels and sequences, and its
// gradient, which takes the place of x.
func (c *contrast) add(d hw.Backward, x []float32, label, sequence []int, temperature float64) (float64, []float32) {
	n, width, all := len(label), c.z.Cols, c.w.Out
	inverse := make([]float64, n) // of each row's length; 0 for a row of zeros, which learns nothing
	for i := range n {
		row, sum := x[i*width:(i+1)*width], 0.0
		for _, v := range row {
			sum += float64(v) * float64(v)
		}
		if sum > 0 {
			inverse[i] = 1 / math.Sqrt(sum)
		}
		for j, v := range row {
			row[j] = float32(float64(v) * inverse[i])
		}
	}
	z, s, dz := c.z.Top(n), c.s.Top(n), c.dz.Top(n)
	d.Write(z, x)
	d.Write(c.w.W.Top(n), x) // rows past n are of an earlier batch: nobody reads their similarities
	d.Repack(c.w)
	d.Linear(s, z, c.w, hw.Identity, hw.Mat{})
	similar := make([]float32, n*all)
	d.Read(similar, s)
	loss := contrastive(similar, all, label, sequence, temperature)
	d.Write(s, similar)
	d.Zero(c.dw)
	d.LinearGrad(dz, c.dw, hw.Mat{}, s, z, c.w) // each row as an anchor, and as a key
	d.Add(dz, c.dw.Top(n))
	grad := make([]float32, n*width)
	d.Read(grad, dz)
	for i := range n { // through the division by the row's length
		z, g, along := x[i*width:(i+1)*width], grad[i*width:(i+1)*width], 0.0
		for j, v := range g {
			along += float64(v) * float64(z[j])
		}
		for j, v := range g {
			z[j] = float32((float64(v) - along*float64(z[j])) * inverse[i])
		}
	}
	return loss, x
}

// contrastive returns the loss of the similarities z_i·z_a, in rows of so many columns, and
// replaces them by their gradient, with q_i the softmax over the rows of other sequences:
//
//	ds_ia = (q_ia - [a in P(i)]/|P(i)|) / (M τ)
func contrastive(s []float32, columns int, label, sequence []int, temperature float64) (loss float64) {
	n, anchors := len(label), 0.0
	for i := range n {
		row := s[i*columns : (i+1)*columns]
		positives, top, sum, attracted := 0.0, math.Inf(-1), 0.0, 0.0
		for a := range n {
			if sequence[a] == sequence[i] {
				continue
			}
			v := float64(row[a]) / temperature
			top = max(top, v)
			if label[a] == label[i] {
				positives++
				attracted += v
			}
		}
		if positives == 0 {
			clear(row)
			continue
		}
		anchors++
		for a := range n {
			if sequence[a] != sequence[i] {
				sum += math.Exp(float64(row[a])/temperature - top)
			}
		}
		loss += top + math.Log(sum) - attracted/positives
		for a := range row {
			if a >= n || sequence[a] == sequence[i] {
				row[a] = 0
				continue
			}
			g := math.Exp(float64(row[a])/temperature-top) / sum
			if label[a] == label[i] {
				g -= 1 / positives
			}
			row[a] = float32(g / temperature)
		}
	}
	if anchors == 0 {
		return 0
	}
	for i := range s[:n*columns] {
		s[i] = float32(float64(s[i]) / anchors)
	}
	return loss / anchors
}
