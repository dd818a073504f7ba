package pruners

import (
	"sync"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// noise is a rule whose scores say nothing: uniform random numbers with mean 1 take
// the place of attention's. A number follows from sentence, layer and position alone,
// so that it is the same in any batch. What the rule makes of a score that means
// nothing is the control for the score.
type noise struct{ Pruner }

// Unwrap implements Wrapper.
func (p noise) Unwrap() Pruner { return p.Pruner }

// Wrap implements Wrapper.
func (p noise) Wrap(inner Pruner) Pruner { return noise{inner} }

// Spec implements Pruner.
func (p noise) Spec() Spec { return p.Pruner.Spec().with(sourceParam.Key, string(Noise)) }

// Score implements Pruner: attention reports none.
func (noise) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider: where the rule itself does.
func (p noise) Decides(layer, layers int) bool { return Decides(p.Pruner, layer, layers) }

// Keep implements Pruner.
func (p noise) Keep(v View, keep []bool) { p.by(p.Pruner.Keep, v, keep) }

// KeepUnprotected implements Unprotected.
func (p noise) KeepUnprotected(v View, keep []bool) {
	if u, ok := As[Unprotected](p.Pruner); ok {
		p.by(u.KeepUnprotected, v, keep)
		return
	}
	p.Keep(v, keep)
}

// rooms are lists of scores; decisions run side by side.
var rooms = sync.Pool{New: func() any { return new([]float32) }}

func (p noise) by(decide func(View, []bool), v View, keep []bool) {
	room := rooms.Get().(*[]float32)
	defer rooms.Put(room)
	*room = drawn(v, *room)
	v.Scores = *room
	decide(v, keep)
}

// drawn returns a random score for each row of v, in scores if it has room.
func drawn(v View, scores []float32) []float32 {
	scores = scores[:0]
	layer := ragged.Mix(0x6e6f697365 ^ uint64(v.Layer)) // numbers of their own, not those of the rule random
	for b := range v.Seqs.Count() {
		for _, at := range v.Positions[v.Seqs[b]:v.Seqs[b+1]] {
			scores = append(scores, float32(ragged.Mix(v.Examples[b]^ragged.Mix(layer^uint64(at)))>>40)/(1<<23))
		}
	}
	return scores
}

// noiseLearner is the learner of a rule over random scores. Nothing goes back into them.
type noiseLearner struct {
	Learner
	scores, spare []float32
}

func (l *noiseLearner) inner() Learner { return l.Learner }

// Score implements Learner.
func (l *noiseLearner) Score(layer int) hw.Score { return hw.Score{} }

// Mask implements Learner.
func (l *noiseLearner) Mask(v View, mask []float32) {
	l.scores = drawn(v, l.scores)
	v.Scores = l.scores
	l.Learner.Mask(v, mask)
}

// MaskGrad implements Learner.
func (l *noiseLearner) MaskGrad(v View, mask, dmask []float32, to MaskGrads) {
	l.scores = drawn(v, l.scores)
	v.Scores = l.scores
	l.spare = append(l.spare[:0], l.scores...)
	to.Scores = l.spare
	l.Learner.MaskGrad(v, mask, dmask, to)
}
