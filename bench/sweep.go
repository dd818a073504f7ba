// Package bench measures points, a model with a pruning rule each, on the same
// examples: what they get right, what they compute, how long they take.
package bench

import (
	"fmt"
	"time"

	"ltpbench/bench/finetune"
	"ltpbench/bench/stats"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
	"ltpbench/results"
)

// Point is a model with a rule, to be measured.
type Point struct {
	Method string // the series it belongs to: "none", "threshold", "topk", "topk:start=1" ...
	Budget string // what was aimed at, relative `paper` FLOPs; may be empty
	Rule   pruners.Pruner
	Tuned  bool // whether the weights were fine-tuned with this rule
	// Load returns the weights.
	Load func() (*model.Checkpoint, error)
}

// Sweep is what to measure and how.
type Sweep struct {
	Device   hw.Device
	Points   []Point // one of them of method results.MethodNone: what the others are compared with
	Examples []train.Example
	Rounds   int // interleaved passes over all points that are timed
	Latency  int // examples that are run one at a time, for percentiles

	Record      *results.Writer
	Predictions *results.PredictionWriter // nil: they are not kept
	// Progress, if not nil, hears what has been done, of how many steps.
	Progress func(what string, done, of int)
}

// measured is a point under way.
type measured struct {
	Point
	e      *model.Encoder
	score  finetune.Score
	rounds []float64 // seconds of each timed pass
	alone  []float64 // seconds of each example on its own
	values []results.Value
}

// Run measures all points. They are
// recorded when their accuracy is known, and again when they have been timed.
func (s *Sweep) Run() error {
	steps, done := len(s.Points)*(2+s.Rounds), 0
	progress := func(what string) {
		if done++; s.Progress != nil {
			s.Progress(what, done, steps)
		}
	}
	var all []*measured
	for _, p := range s.Points {
		c, err := p.Load()
		if err != nil {
			return err
		}
		e, err := model.New(s.Device, c)
		if err != nil {
			return err
		}
		m := &measured{Point: p, e: e}
		if err := s.exact(m); err != nil {
			return fmt.Errorf("%s: %w", p.Rule.Spec(), err)
		}
		if err := s.add(m); err != nil {
			return err
		}
		if err := s.predict(m); err != nil {
			return err
		}
		all = append(all, m)
		progress("accuracy of " + p.Rule.Spec().Name)
	}
	passes := make([]*pass, len(all))
	for i, m := range all {
		p, err := newPass(m.e, m.Rule, s.Examples, 32)
		if err != nil {
			return err
		}
		if err := p.executed(m, s.Examples); err != nil { // warms up, too
			return err
		}
		passes[i] = p
	}
	for range s.Rounds {
		for i, m := range all {
			begin := time.Now()
			if err := passes[i].run(); err != nil {
				return err
			}
			m.rounds = append(m.rounds, time.Since(begin).Seconds())
			progress("timing " + m.Rule.Spec().Name)
		}
	}
	for _, m := range all {
		if err := s.alone(m); err != nil {
			return err
		}
		progress("latency of " + m.Rule.Spec().Name)
	}
	for _, m := range all {
		m.values = append(m.values, s.times(m, baseline(all))...)
		if err := s.add(m); err != nil {
			return err
		}
	}
	return nil
}

// baseline is the unpruned point.
func baseline(all []*measured) *measured {
	for _, m := range all {
		if m.Method == results.MethodNone {
			return m
		}
	}
	return all[0]
}

// exact finds accuracy, kept sets and `paper`, in a pass that is not timed.
func (s *Sweep) exact(m *measured) error {
	var err error
	if m.score, err = finetune.Evaluate(m.e, m.Rule, s.Examples); err != nil {
		return err
	}
	right := make([]bool, len(s.Examples))
	for i, x := range s.Examples {
		right[i] = m.score.Predictions[i] == float64(label(x))
	}
	accuracy, interval := stats.Accuracy(right)
	m.values = []results.Value{
		{Unit: results.Accuracy, Value: accuracy}, {Unit: results.Accuracy + "-low", Value: interval.Low}, {Unit: results.Accuracy + "-high", Value: interval.High},
		{Unit: results.PaperRatio, Value: m.score.Paper},
	}
	return nil
}

func label(x train.Example) int {
	best := 0
	for i, v := range x.Target {
		if v > x.Target[best] {
			best = i
		}
	}
	return best
}

// predict writes what a point said about each example.
func (s *Sweep) predict(m *measured) error {
	if s.Predictions == nil {
		return nil
	}
	p := s.point(m)
	name, err := p.FullName()
	if err != nil {
		return err
	}
	list := make([]results.Prediction, len(s.Examples))
	for i, x := range s.Examples {
		list[i] = results.Prediction{Point: name, Example: i, Tokens: len(x.IDs), Label: float64(label(x)), Prediction: m.score.Predictions[i], Logits: m.score.Logits[i], Kept: m.score.Kept[i]}
	}
	return s.Predictions.Add(list)
}

// add writes what is new of a point to the record.
func (s *Sweep) add(m *measured) error {
	p := s.point(m)
	m.values = nil
	return s.Record.Add(p)
}

// point is a point's line of the record.
func (s *Sweep) point(m *measured) results.Point {
	tuned := "no"
	if m.Tuned {
		tuned = "yes"
	}
	keys := []results.Key{{Name: results.KeyMethod, Value: m.Method}, {Name: results.KeySpec, Value: m.Rule.Spec().String()}}
	if m.Budget != "" {
		keys = append(keys, results.Key{Name: results.KeyBudget, Value: m.Budget})
	}
	keys = append(keys, results.Key{Name: "tuned", Value: tuned})
	return results.Point{Name: "Sweep", Keys: keys, Procs: s.Device.Info().Threads, Iters: len(s.Examples), Values: m.values}
}
