package text

import (
	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Metric is a way to score predictions. It is a value: a task lists its metrics, the first is the task's own.
type Metric struct {
	Name string // as it is said in a sentence
	Unit string // as it stands in a record, one of results.Units

	of func(predicted, truth []float64, positive int) float64
}

// Of scores predictions of a task against the truth: indices of classes, or scores of a regression task,
// one per example.
func (m Metric) Of(t *Task, predicted, truth []float64) float64 {
	return m.of(predicted, truth, t.Positive)
}

// On is the metric as a function of predictions and truth alone.
func (m Metric) On(t *Task) stats.Metric {
	return func(predicted, truth []float64) float64 { return m.Of(t, predicted, truth) }
}

// The metrics that tasks are scored by.
var (
	Accuracy = Metric{"accuracy", results.Accuracy, func(predicted, truth []float64, _ int) float64 {
		share, _ := stats.Accuracy(stats.Correct(classes(predicted), classes(truth)))
		return share
	}}
	F1 = Metric{"F1", results.F1, func(predicted, truth []float64, positive int) float64 {
		return stats.F1(classes(predicted), classes(truth), positive)
	}}
	Matthews = Metric{"Matthews", results.Matthews, func(predicted, truth []float64, _ int) float64 {
		return stats.Matthews(classes(predicted), classes(truth))
	}}
	Pearson = Metric{"Pearson", results.Pearson, func(predicted, truth []float64, _ int) float64 {
		return stats.Pearson(predicted, truth)
	}}
	Spearman = Metric{"Spearman", results.Spearman, func(predicted, truth []float64, _ int) float64 {
		return stats.Spearman(predicted, truth)
	}}
)

// Metrics returns all metrics. The slice belongs to the caller.
func Metrics() []Metric { return []Metric{Accuracy, F1, Matthews, Pearson, Spearman} }

// Truth is what the examples' predictions are scored against: labels, or scores of a regression task. An
// example without a label is a caller's bug and panics.
func (t *Task) Truth(all []Example) []float64 {
	truth := make([]float64, len(all))
	for i, e := range all {
		if e.Label < 0 {
			panic("tasks: truth of an example without label")
		}
		truth[i] = float64(e.Label)
		if t.Regression() {
			truth[i] = e.Score
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
