package pruners

import "testing"

// quiet wraps a rule and changes nothing.
type quiet struct{ Pruner }

func (q quiet) Unwrap() Pruner           { return q.Pruner }
func (q quiet) Wrap(inner Pruner) Pruner { return quiet{inner} }

// TestWrapper: a wrapper, and a wrapper of that, has every capability of the rule inside, and what
// tuning, scaling, learning and a learned state make of it is wrapped as before.
func TestWrapper(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		w := quiet{quiet{p}}
		for what, same := range map[string]bool{
			"Checker": has[Checker](w) == has[Checker](p), "Decider": has[Decider](w) == has[Decider](p),
			"Tunable": has[Tunable](w) == has[Tunable](p), "Scaler": has[Scaler](w) == has[Scaler](p),
			"Counted": has[Counted](w) == has[Counted](p), "Unprotected": has[Unprotected](w) == has[Unprotected](p),
			"Merger": has[Merger](w) == has[Merger](p), "OnDevice": has[OnDevice](w) == has[OnDevice](p),
			"Learnable": has[Learnable](w) == has[Learnable](p), "Stateful": has[Stateful](w) == has[Stateful](p),
			"Predictor": has[Predictor](w) == has[Predictor](p), "Sampled": has[Sampled](w) == has[Sampled](p),
		} {
			if !same {
				t.Errorf("a wrapper changes whether the rule is %s", what)
			}
		}
		wrapped := func(what string, q Pruner, inside Pruner) {
			outer, ok := q.(quiet)
			if !ok {
				t.Fatalf("%s: the wrapper is lost: %T", what, q)
			}
			if inner, ok := outer.Pruner.(quiet); !ok || inner.Spec().String() != inside.Spec().String() || StateOf(q).Hash() != StateOf(inside).Hash() {
				t.Errorf("%s: %T of %v, want %v", what, outer.Pruner, q.Spec(), inside.Spec())
			}
		}
		if q, ok := Tune(w, 0.6); ok {
			inside, _ := Tune(p, 0.6)
			wrapped("tuned", q, inside)
		}
		if q, ok := Scale(w, 2); ok {
			inside, _ := Scale(p, 2)
			wrapped("scaled", q, inside)
		}
		o := LearnOptions{Layers: 6, Heads: 4, Width: width, Temperature: 1, Seed: 1}
		l, ok, err := Learn(w, o)
		if err != nil || ok != has[Learnable](p) {
			t.Fatalf("learns: %v, %v", ok, err)
		}
		if ok {
			inside, _, _ := Learn(p, o)
			wrapped("learned", l.Pruner(), inside.Pruner())
			for layer := range 6 {
				if l.Score(layer) != inside.Score(layer) {
					t.Errorf("layer %d: the wrapper's learner reads %v, the rule's %v", layer, l.Score(layer), inside.Score(layer))
				}
			}
			if learnerHas[NetLearner](l) != learnerHas[NetLearner](inside) {
				t.Error("the wrapper's learner loses the rule's networks")
			}
		}
	})
}

func learnerHas[T any](l Learner) bool { _, ok := LearnerAs[T](l); return ok }
