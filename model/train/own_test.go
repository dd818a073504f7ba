package train_test

import (
	"ltpbench/hw"
	"ltpbench/internal/registry"
	"ltpbench/model/train"
)

// tokens is an objective of tests alone, with a separate head: every row that is left
// after the last layer predicts its sentence's label.
type tokens struct{}

func init() {
	train.Register(registry.Entry[train.Objective]{
		Name: "test-tokens", Doc: "a head over all rows", Examples: []string{"test-tokens:weight=0.5"},
		New: func(registry.Args) (train.Objective, error) { return tokens{}, nil },
	})
}

func (tokens) Needs(f train.Fit) (train.Needs, error) {
	return train.Needs{FullLastLayer: true, Layers: []train.OwnLayer{{Name: "head", In: f.Student.Width, Out: f.Student.Labels}}}, nil
}

func (tokens) Add(s *train.Step, weight float32) (float64, error) {
	d, c := s.Device(), s.Config()
	rows := s.Rows(c.Layers)
	n := rows.X.Rows
	logits, grad, target, dx := s.Scratch(0, n, c.Labels), s.Scratch(1, n, c.Labels), s.Scratch(2, n, c.Labels), s.Scratch(3, n, c.Width)
	var targets []float32
	for b := range rows.Seqs.Count() {
		for range rows.Seqs.Len(b) {
			targets = append(targets, s.Batch.Targets[b*c.Labels:(b+1)*c.Labels]...)
		}
	}
	d.Write(target, targets)
	head, dw, db := s.OwnLayer("head")
	d.Linear(logits, rows.X, head, hw.Identity, hw.Mat{})
	d.Zero(grad)
	loss := s.Scalar()
	if c.IsRegression() {
		d.SquaredError(loss, grad, logits, target, weight)
	} else {
		d.CrossEntropy(loss, grad, logits, target, weight)
	}
	d.LinearGrad(dx, dw, db, grad, rows.X, head)
	d.Add(rows.DX, dx)
	return s.Value(loss) / float64(weight), nil
}
