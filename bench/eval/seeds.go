package eval

import (
	"cmp"
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/results"
)

// OverSeeds returns the intervals of means over a run's seeds: of a metric from the
// predictions, over seeds and examples, and where there are none, or of a speed-up, from
// the seeds' values alone, by Student's t. Errors are those of MetricOf.
func OverSeeds(run *results.Run) (results.Interval, error) {
	if _, _, err := MetricOf(run, results.Accuracy); err != nil {
		return nil, err
	}
	return func(unit string, seeds []results.Point) (low, high float64, ok bool) {
		isMetric := slices.ContainsFunc(text.Metrics(), func(m text.Metric) bool { return m.Unit == unit })
		if !isMetric && unit != results.Speedup {
			return 0, 0, false
		}
		var values []float64
		for i := range seeds {
			if v, ok := seeds[i].Value(unit); ok {
				values = append(values, v)
			}
		}
		if len(values) < 2 {
			return 0, 0, false
		}
		i := stats.Student(values)
		if predictions := predictionsOf(run, seeds); isMetric && len(predictions) == len(seeds) {
			if s, err := scoreOf(run, unit, predictions); err == nil {
				i = s.Interval
			}
		}
		u := results.UnitOf(unit)
		return u.Clamp(i.Low), u.Clamp(i.High), true
	}, nil
}

// predictionsOf returns the predictions of each seed of a point, in the order of the
// examples, those of known length. Seeds without any, or with other examples than the
// first, are left out.
func predictionsOf(run *results.Run, seeds []results.Point) (out [][]results.Prediction) {
	for i := range seeds {
		p := run.PredictionsOf(seeds[i : i+1])
		p = slices.DeleteFunc(p, func(q results.Prediction) bool { return q.Tokens < 1 })
		slices.SortFunc(p, func(a, b results.Prediction) int { return cmp.Compare(a.Example, b.Example) })
		same := func(a, b results.Prediction) bool { return a.Example == b.Example && a.Label == b.Label }
		if len(p) > 0 && (len(out) == 0 || slices.EqualFunc(p, out[0], same)) {
			out = append(out, p)
		}
	}
	return out
}

// scoreOf scores recorded predictions of the same examples, a list per seed.
func scoreOf(run *results.Run, unit string, seeds [][]results.Prediction) (Score, error) {
	m, task, err := MetricOf(run, unit)
	if err != nil {
		return Score{}, err
	}
	var truth []float64
	for _, p := range seeds[0] {
		truth = append(truth, p.Label)
	}
	predicted := make([][]float64, len(seeds))
	for i, seed := range seeds {
		for _, p := range seed {
			predicted[i] = append(predicted[i], p.Prediction)
		}
	}
	return ScoreOf(m, task, truth, predicted...), nil
}
