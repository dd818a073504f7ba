package eval

import (
	"fmt"
	"strconv"

	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/results"
)

// Score is a metric's value, the mean over seeds where there are several, with its 95 % interval.
type Score struct {
	Unit  string
	Value float64
	stats.Interval
}

// Values are the score's for a record.
func (s Score) Values() []results.Value {
	return []results.Value{{Unit: s.Unit, Value: s.Value}, {Unit: s.Unit + "-low", Value: s.Low}, {Unit: s.Unit + "-high", Value: s.High}}
}

// ScoreOf scores predictions, by one seed or several of the same examples. The interval is
// Wilson's for one seed's accuracy, a percentile bootstrap over examples for one seed's other
// metrics, and over seeds and examples (stats.MeanOfSeeds) for several seeds.
func ScoreOf(m text.Metric, t *text.Task, truth []float64, seeds ...[]float64) Score {
	metric := m.On(t)
	if len(seeds) == 1 && m.Unit == results.Accuracy {
		hits := 0
		for i, p := range seeds[0] {
			if p == truth[i] {
				hits++
			}
		}
		return Score{m.Unit, metric(seeds[0], truth), stats.Wilson(hits, len(truth))}
	}
	draws := stats.Draws{Examples: len(truth), Rounds: stats.Rounds, Seed: 1}
	runs := make([]stats.Score, len(seeds))
	for i, predicted := range seeds {
		runs[i] = draws.Score(metric, predicted, truth)
	}
	if len(runs) == 1 {
		return Score{m.Unit, runs[0].Value, runs[0].Interval()}
	}
	e := stats.MeanOfSeeds(runs)
	i, unit := e.Interval(0.95), results.UnitOf(m.Unit)
	return Score{m.Unit, e.Value, stats.Interval{Low: unit.Clamp(i.Low), High: unit.Clamp(i.High)}}
}

// KeyPositive is the configuration's key of the class that F1 is about; 1 where it is missing.
const KeyPositive = "positive"

// KeyLabels is the configuration's key of how many labels a task has of which several may hold at once; missing elsewhere.
const KeyLabels = "labels"

// MetricOf returns the metric behind a record's unit, and the task that it needs to know.
// A unit that is no metric, and a configuration that does not name the positive class by its
// number, are errors.
func MetricOf(run *results.Run, unit string) (text.Metric, *text.Task, error) {
	task := &text.Task{Positive: 1}
	if class := run.Get(KeyPositive); class != "" {
		var err error
		if task.Positive, err = strconv.Atoi(class); err != nil {
			return text.Metric{}, nil, fmt.Errorf("%s: configuration %s is %q, not the number of a class; correct it, or measure again", run.Path, KeyPositive, class)
		}
	}
	if n := run.Get(KeyLabels); n != "" {
		count, err := strconv.Atoi(n)
		if err != nil || count < 1 || count > text.MostAtOnce {
			return text.Metric{}, nil, fmt.Errorf("%s: configuration %s is %q, not a number of labels from 1 to %d; correct it, or measure again", run.Path, KeyLabels, n, text.MostAtOnce)
		}
		task.Several, task.Labels = true, make([]string, count)
	}
	for _, m := range text.Metrics() {
		if m.Unit == unit {
			return m, task, nil
		}
	}
	return text.Metric{}, nil, fmt.Errorf("%s: %s is not a metric", run.Path, unit)
}
