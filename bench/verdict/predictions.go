package verdict

import (
	"fmt"
	"maps"
	"slices"

	"ltpbench/bench/eval"
	"ltpbench/bench/stats"
	"ltpbench/results"
)

// predictions are those of all points for the same examples.
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

// metric is the function behind a record's unit.
func metric(run *results.Run, unit string) (stats.Metric, error) {
	m, task, err := eval.MetricOf(run, unit)
	if err != nil {
		return nil, err
	}
	return m.On(task), nil
}
