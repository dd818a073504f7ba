package recipe

import (
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Masked returns the predictions of published code's masked emulation, in which
// nothing is protected (see model.Masked): the logits' argmax, or the one logit of
// a regression, one per example.
func Masked(e *model.Encoder, p pruners.Pruner, examples []train.Example) ([]float64, error) {
	batches, size := packed(examples)
	m, err := model.NewMasked(e, p, size)
	if err != nil {
		return nil, err
	}
	predictions := make([]float64, 0, len(examples))
	for _, b := range batches {
		logits, _, err := m.Forward(b)
		if err != nil {
			return nil, err
		}
		for wide := len(logits) / b.Seqs.Count(); len(logits) > 0; logits = logits[wide:] {
			if wide == 1 {
				predictions = append(predictions, float64(logits[0]))
			} else {
				predictions = append(predictions, float64(argmax(logits[:wide])))
			}
		}
	}
	return predictions, nil
}
