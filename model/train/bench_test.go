package train_test

import (
	"path/filepath"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

// BenchmarkTrain fine-tunes all-MiniLM-L6-v2: 32 sequences of 13 tokens a step,
// everything learns, with dropout.
func BenchmarkTrain(b *testing.B) {
	c, err := model.Load(filepath.Join(oracle.Shared(b), "models", "all-MiniLM-L6-v2"))
	if err != nil {
		b.Fatal(err)
	}
	c.InitHead(2, 1)
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	e, err := model.NewTrainable(d.(hw.Backward), c)
	if err != nil {
		b.Fatal(err)
	}
	var seqs []ragged.Sequence
	var step train.Batch
	for i := range 32 {
		ids := make([]int32, 13)
		for j := range ids {
			ids[j] = int32(1000 + (i*131+j*977)%20000)
		}
		seqs = append(seqs, ragged.Sequence{IDs: ids})
		step.Targets = append(step.Targets, float32(i%2), float32(1-i%2))
	}
	step.Batch = ragged.Pack(seqs...)
	var size model.Size
	size.Fit(step.Seqs)
	t, err := train.New(e, size, train.Options{Steps: 1 << 30, LearningRate: 1e-5, WeightDecay: 0.01, MaxGradNorm: 1, Dropout: true})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := t.Step(step); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*step.Seqs.Rows())/b.Elapsed().Seconds(), "tok/s")
}
