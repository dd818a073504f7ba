package pruners

import (
	"fmt"

	"ltpbench/hw"
)

// Wrapper is a rule that changes another one in part. What it does not implement
// itself is looked for in the rule that it wraps, so it loses none of that rule's
// capabilities. It has to implement each capability whose answer it changes: one
// that changes Keep also changes KeepOn, KeepUnprotected and Kept.
type Wrapper interface {
	Pruner
	Unwrap() Pruner
	// Wrap returns the same wrapper round another rule.
	Wrap(inner Pruner) Pruner
}

// As returns p as one of its capabilities, an interface such as Merger: p itself, or
// the outermost rule that p wraps and that has it.
func As[T any](p Pruner) (T, bool) {
	for {
		if t, ok := p.(T); ok {
			return t, true
		}
		w, ok := p.(Wrapper)
		if !ok {
			var none T
			return none, false
		}
		p = w.Unwrap()
	}
}

// Fits reports why a rule does not fit a model of so many layers; one that is no
// Checker fits all.
func Fits(p Pruner, layers int) error {
	if c, ok := As[Checker](p); ok {
		if err := c.Check(layers); err != nil {
			return err
		}
	}
	early, sums := false, false
	for layer := range layers {
		early, sums = early || Before(p, layer, layers), sums || p.Score(layer, layers).Accumulated
	}
	if early && sums {
		return fmt.Errorf("pruner %s decides before attention, where scores do not add up over layers", p.Spec())
	}
	return nil
}

// Decides reports whether a rule is asked in a layer: where a Decider says so, else
// where the rule reads a score.
func Decides(p Pruner, layer, layers int) bool {
	if d, ok := As[Decider](p); ok {
		return d.Decides(layer, layers)
	}
	return p.Score(layer, layers).Kind != hw.NoScore
}

// Tune sets a rule's knob (see Tunable); ok is false for a rule that has none.
func Tune(p Pruner, x float64) (tuned Pruner, ok bool) {
	return rewrap(p, func(t Tunable) Pruner { return t.Tune(x) })
}

// Scale multiplies what a rule compares scores with (see Scaler); ok is false for a
// rule that has nothing of the kind.
func Scale(p Pruner, f float32) (scaled Pruner, ok bool) {
	return rewrap(p, func(s Scaler) Pruner { return s.Scaled(f) })
}

// rewrap changes the outermost rule that has a capability, and wraps it as before.
func rewrap[T any](p Pruner, change func(T) Pruner) (Pruner, bool) {
	if t, ok := p.(T); ok {
		return change(t), true
	}
	w, ok := p.(Wrapper)
	if !ok {
		return nil, false
	}
	inner, ok := rewrap(w.Unwrap(), change)
	if !ok {
		return nil, false
	}
	return w.Wrap(inner), true
}

// Learn begins to learn a rule (see Learnable); ok is false for one that cannot. The
// learner reads what the rule reads, and its hard rule is wrapped as p is.
func Learn(p Pruner, o LearnOptions) (l Learner, ok bool, err error) {
	if t, ok := p.(Learnable); ok {
		l, err := t.Learn(o)
		return l, true, err
	}
	w, ok := p.(Wrapper)
	if !ok {
		return nil, false, nil
	}
	l, ok, err = Learn(w.Unwrap(), o)
	if !ok || err != nil {
		return nil, ok, err
	}
	switch w := w.(type) {
	case from:
		l = fromLearner{l, w.source}
	case noise:
		l = &noiseLearner{Learner: l}
	}
	return wrapped{l, w}, true, nil
}

// wrapped is the learner of a wrapper's rule.
type wrapped struct {
	Learner
	w Wrapper
}

func (l wrapped) inner() Learner { return l.Learner }

// Pruner implements Learner.
func (l wrapped) Pruner() Pruner { return l.w.Wrap(l.Learner.Pruner()) }
