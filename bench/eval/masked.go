package eval

import (
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Masked returns the predictions of published code's masked emulation, in which
// nothing is protected (see model.Masked): as Prediction makes them of logits,
// one per example. paper is its relative FLOPs by the published
// formula, which differ from a protected run's where row 0 is dropped.
func Masked(e *model.Encoder, p pruners.Pruner, examples []ragged.Sequence) (predictions []float64, paper float64, err error) {
	batches := Pack(examples, Batching{Sequences: batch})
	m, err := model.NewMasked(e, p, Size(batches))
	if err != nil {
		return nil, 0, err
	}
	defer m.Close()
	var sum, full int64
	for _, b := range batches {
		logits, kept, err := m.Forward(b)
		if err != nil {
			return nil, 0, err
		}
		for s, left := range kept {
			alive := append([]int{b.Seqs.Len(s)}, left[:len(left)-1]...)
			sum += model.PaperBy(&e.Config, p, alive[0], alive, left)
			full += model.Full(&e.Config, alive[0])
		}
		lists := slices.Collect(slices.Chunk(logits, len(logits)/b.Seqs.Count()))
		if err := finite(lists); err != nil {
			return nil, 0, err
		}
		for _, own := range lists {
			predictions = append(predictions, Prediction(&e.Config, own))
		}
	}
	return predictions, float64(sum) / float64(full), nil
}
