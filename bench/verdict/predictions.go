package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/results"
)

// predictions are what all points said of the same examples.
type predictions struct {
	truth []float64
	of    map[string][]float64 // by the point's name, in the order of truth
}

// gather sorts predictions by point and example. Points that lack examples which others have were
// stopped on the way: they are left out, and named.
func gather(run *results.Run) (*predictions, []string, error) {
	truth, of := map[int]float64{}, map[string]map[int]float64{}
	for _, p := range run.Predictions {
		if label, ok := truth[p.Example]; ok && label != p.Label {
			return nil, nil, fmt.Errorf("%s: the predictions of example %d name two labels, %v and %v: they are not of one data set", run.Path, p.Example, label, p.Label)
		}
		truth[p.Example] = p.Label
		if of[p.Point] == nil {
			of[p.Point] = map[int]float64{}
		}
		of[p.Point][p.Example] = p.Prediction
	}
	examples := slices.Sorted(maps.Keys(truth))
	all, left := &predictions{of: map[string][]float64{}}, []string(nil)
	for _, e := range examples {
		all.truth = append(all.truth, truth[e])
	}
	for _, point := range slices.Sorted(maps.Keys(of)) {
		if len(of[point]) < len(examples) {
			left = append(left, fmt.Sprintf("%s has predictions of %d of %d examples", point, len(of[point]), len(examples)))
			continue
		}
		for _, e := range examples {
			all.of[point] = append(all.of[point], of[point][e])
		}
	}
	return all, left, nil
}

// keyPositive is the configuration's key of the class that F1 is about; 1 where it is missing.
const keyPositive = "positive"

// metric is the function behind a record's unit.
func metric(run *results.Run, unit string) (stats.Metric, error) {
	task := &text.Task{Positive: 1}
	if text := run.Get(keyPositive); text != "" {
		var err error
		if task.Positive, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("%s: configuration %s: %w", run.Path, keyPositive, err)
		}
	}
	for _, m := range text.Metrics() {
		if m.Unit == unit {
			return func(predicted, truth []float64) float64 { return m.Of(task, predicted, truth) }, nil
		}
	}
	return nil, fmt.Errorf("%s: no test for metric %s", run.Path, unit)
}
