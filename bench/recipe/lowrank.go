package recipe

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"ltpbench/model"
)

// cut replaces each matrix that has learned, embeddings and classifier aside, by
// the base's plus the best delta of the recipe's rank (Eckart and Young):
// the largest singular values of what it has learned, in 16 bits.
func (m *maker) cut(most int) error {
	m.factors = map[string]model.Tensor{}
	for name := range m.changed {
		was, is := m.in.Weights.Tensors[name], m.checkpoint.Tensors[name]
		if len(was.Shape) != 2 || name == "head.out.weight" || strings.HasPrefix(name, "embed.") {
			continue
		}
		rows, cols := was.Shape[0], was.Shape[1]
		d := mat.NewDense(rows, cols, nil)
		for i := range was.Data {
			d.Set(i/cols, i%cols, float64(is.Data[i]-was.Data[i]))
		}
		var svd mat.SVD
		if !svd.Factorize(d, mat.SVDThin) {
			return fmt.Errorf("the singular values of the delta of tensor %s did not converge", name)
		}
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		sigma := svd.Values(nil)
		rank := min(most, len(sigma))
		l := model.Tensor{Shape: []int{rows, rank}, Data: make([]float32, rows*rank)}
		r := model.Tensor{Shape: []int{rank, cols}, Data: make([]float32, rank*cols)}
		for k := range rank {
			root := math.Sqrt(sigma[k])
			for i := range rows {
				l.Data[i*rank+k] = model.F16.Round(float32(u.At(i, k) * root))
			}
			for j := range cols {
				r.Data[k*cols+j] = model.F16.Round(float32(v.At(j, k) * root))
			}
		}
		m.factors[name+left], m.factors[name+right] = l, r
		t, err := plus(was, l, r)
		if err != nil {
			return err
		}
		m.checkpoint.Tensors[name] = t
	}
	if len(m.factors) == 0 {
		return errors.New("rank: no matrix was trained; freeze less")
	}
	return nil
}

// plus returns t with the product of l (rows x rank) and r (rank x columns) added.
func plus(t, l, r model.Tensor) (model.Tensor, error) {
	if len(t.Shape) != 2 || len(l.Shape) != 2 || len(r.Shape) != 2 || l.Shape[0] != t.Shape[0] || r.Shape[1] != t.Shape[1] || l.Shape[1] != r.Shape[0] {
		return t, fmt.Errorf("factors of shapes %v and %v do not make its %v", l.Shape, r.Shape, t.Shape)
	}
	rank, cols := r.Shape[0], r.Shape[1]
	sum := model.Tensor{Shape: t.Shape, Data: append([]float32(nil), t.Data...)}
	for i := range t.Shape[0] {
		row := sum.Data[i*cols : (i+1)*cols]
		for k := range rank {
			f := l.Data[i*rank+k]
			for j, x := range r.Data[k*cols : (k+1)*cols] {
				row[j] += float32(f * x)
			}
		}
	}
	return sum, nil
}
