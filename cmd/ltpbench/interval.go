package main

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/results"
)

// metrics are the scores that predictions can be given.
var metrics = text.Metrics()

// overSeeds returns the intervals of means over a run's seeds: of a score from the
// predictions, over seeds and examples, and where there are none, or of a speed-up, from
// the seeds' values alone, by Student's t.
func overSeeds(run *results.Run) results.Interval {
	return func(unit string, seeds []results.Point) (low, high float64, ok bool) {
		isScore := slices.ContainsFunc(metrics, func(m text.Metric) bool { return m.Unit == unit })
		if !isScore && unit != results.Speedup {
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
		if predictions := predictionsOf(run, seeds); isScore && len(predictions) == len(seeds) {
			_, i = score(unit, positive(run), predictions)
		}
		least, most := -1.0, 1.0
		switch unit {
		case results.Speedup:
			least, most = 0, math.Inf(1)
		case results.Accuracy, results.F1:
			least = 0
		}
		return max(i.Low, least), min(i.High, most), true
	}
}

// positive is the class that F1 is about.
func positive(run *results.Run) int {
	n, err := strconv.Atoi(run.Get("positive"))
	if err != nil {
		return 1
	}
	return n
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

// score scores predictions of one seed or several on the same examples: the mean over
// the seeds, with its interval over examples and, if there are several, seeds.
func score(unit string, positive int, seeds [][]results.Prediction) (float64, stats.Interval) {
	at := slices.IndexFunc(metrics, func(m text.Metric) bool { return m.Unit == unit })
	task := &text.Task{Positive: positive}
	metric := func(predicted, truth []float64) float64 { return metrics[at].Of(task, predicted, truth) }
	draws := stats.Draws{Examples: len(seeds[0]), Rounds: stats.Rounds, Seed: 1}
	var runs []stats.Score
	for _, seed := range seeds {
		var predicted, truth []float64
		var right []bool
		for _, p := range seed {
			predicted, truth, right = append(predicted, p.Prediction), append(truth, p.Label), append(right, p.Prediction == p.Label)
		}
		if len(seeds) == 1 && unit == results.Accuracy {
			return stats.Accuracy(right)
		}
		runs = append(runs, draws.Score(metric, predicted, truth))
	}
	if len(runs) == 1 {
		return runs[0].Value, runs[0].Interval()
	}
	e := stats.MeanOfSeeds(runs)
	return e.Value, e.Interval(0.95)
}
