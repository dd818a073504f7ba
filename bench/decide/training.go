package decide

import (
	"time"

	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// perTrained is about how much longer a token takes in a step of training than in a pass.
const perTrained = 3

// Training is about how long it takes to train on so many texts of the length of the examples, each so many times.
func (d *Decision) Training(examples []ragged.Sequence, texts, epochs int) time.Duration {
	tokens := float64(ragged.Tokens(examples)) / float64(len(examples))
	return time.Duration(perTrained * d.Pace * tokens * float64(texts*epochs) * float64(time.Second))
}

// Learnable returns where the first rule begins that verdicts compare others with and that learns, for training text like
// the examples; false if there is none.
func Learnable(examples []ragged.Sequence) (pruners.Pruner, bool) {
	for _, r := range pruners.Rules() {
		p, ok, err := pruners.ParseSeries(r.Name)
		if err == nil && ok && r.Headline && r.Trains(pruners.Soft) {
			return pruners.Start(p, ragged.Tokens(examples), len(examples)), true
		}
	}
	return nil, false
}
