package text

import (
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Metric is a way to score predictions. It is a value: a task lists its metrics, the first is the task's own.
type Metric struct {
	Name string // in a sentence
	Unit string // in a record, a unit of the package results

	of func(predicted, truth []float64, t *Task) float64
}

// NewMetric registers a metric and its unit, as a variable of the metric's file. of scores predictions against
// the truth: indices of classes, numbers of sets of them (Set), or scores of a regression task; of the task it
// may read what its labels are and which is the positive one. Tables, figures and intervals take everything else
// from the unit.
func NewMetric(name string, u results.Unit, of func(predicted, truth []float64, t *Task) float64) Metric {
	if !u.Score {
		panic("text: the unit of metric " + name + " is not a score")
	}
	results.RegisterUnit(u)
	return add(Metric{name, u.Name, of})
}

// metrics are all metrics, in order of registration.
var metrics []Metric

func add(m Metric) Metric {
	metrics = append(metrics, m)
	return m
}

// Of scores predictions of a task against the truth, as Task.Truth returns it, one per example.
func (m Metric) Of(t *Task, predicted, truth []float64) float64 {
	return m.of(predicted, truth, t)
}

// On is the metric as a function of predictions and truth alone.
func (m Metric) On(t *Task) stats.Metric {
	return func(predicted, truth []float64) float64 { return m.Of(t, predicted, truth) }
}

// The metrics that tasks are scored by.
var (
	Accuracy = add(Metric{"accuracy", results.Accuracy, func(predicted, truth []float64, _ *Task) float64 {
		right := 0
		for i, p := range predicted { // without a copy: a bootstrap counts thousands of times
			if int(p) == int(truth[i]) {
				right++
			}
		}
		return float64(right) / float64(len(truth))
	}})
	F1 = add(Metric{"F1", results.F1, func(predicted, truth []float64, t *Task) float64 {
		return stats.F1(classes(predicted), classes(truth), t.Positive)
	}})
	Matthews = add(Metric{"Matthews", results.Matthews, func(predicted, truth []float64, _ *Task) float64 {
		return stats.Matthews(classes(predicted), classes(truth))
	}})
	Pearson = add(Metric{"Pearson", results.Pearson, func(predicted, truth []float64, _ *Task) float64 {
		return stats.Pearson(predicted, truth)
	}})
	Spearman = add(Metric{"Spearman", results.Spearman, func(predicted, truth []float64, _ *Task) float64 {
		return stats.Spearman(predicted, truth)
	}})
)

// Metrics returns all metrics. The slice belongs to the caller.
func Metrics() []Metric { return slices.Clone(metrics) }

// Truth is what the examples' predictions are scored against: labels, numbers of sets of them where several may hold at
// once, or scores of a regression task. An example without a label is a caller's bug and panics.
func (t *Task) Truth(all []Example) []float64 {
	truth := make([]float64, len(all))
	for i, e := range all {
		if e.Label < 0 {
			panic("tasks: truth of an example without label")
		}
		switch {
		case t.Regression():
			truth[i] = e.Score
		case t.Several:
			truth[i] = float64(e.Set)
		default:
			truth[i] = float64(e.Label)
		}
	}
	return truth
}

func classes(x []float64) []int {
	c := make([]int, len(x))
	for i, v := range x {
		c[i] = int(v)
	}
	return c
}
