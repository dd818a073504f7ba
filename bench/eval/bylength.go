package eval

import (
	"fmt"
	"slices"

	"ltpbench/results"
)

// lengthClasses is how many classes of lengths a picture has at most, and leastInClass how
// many examples each has at least, unless there are fewer in all.
const (
	lengthClasses = 6
	leastInClass  = 30
)

// ByLength scores points again by the lengths of the examples: classes with about as
// many examples each. A regression is scored by Pearson's correlation, several labels at
// once by micro F1, anything else by accuracy. Intervals are over examples. Points without predictions are left out. Errors
// are those of MetricOf.
func ByLength(run *results.Run, points, each []results.Point) (unit string, out []results.Point, err error) {
	unit = results.Accuracy
	for i := range points {
		p := &points[i]
		seeds := predictionsOf(run, results.SeedsOf(p, each))
		if len(seeds) == 0 {
			continue
		}
		switch {
		case run.Get(KeyLabels) != "":
			unit = results.MicroF1
		case len(seeds[0][0].Logits) == 1:
			unit = results.Pearson
		}
		for _, class := range lengths(seeds[0]) {
			var in [][]results.Prediction
			for _, seed := range seeds {
				in = append(in, slices.DeleteFunc(slices.Clone(seed), func(q results.Prediction) bool {
					return q.Tokens < class[0] || q.Tokens > class[1]
				}))
			}
			sum := 0.0
			for _, q := range in[0] {
				sum += float64(q.Tokens)
			}
			score, err := scoreOf(run, unit, in)
			if err != nil {
				return unit, nil, err
			}
			ratio, _ := p.Value(results.PaperRatio)
			out = append(out, results.Point{
				Name:  "Length",
				Keys:  append(slices.Clone(p.Keys), results.Key{Name: "tokens", Value: fmt.Sprintf("%d-%d", class[0], class[1])}),
				Iters: len(in[0]),
				Values: append([]results.Value{
					{Unit: results.Tokens, Value: sum / float64(len(in[0]))}, {Unit: results.PaperRatio, Value: ratio},
				}, score.Values()...),
			})
		}
	}
	return unit, out, nil
}

// lengths cuts the examples' lengths into classes, from shortest to longest: the first
// and the last length of each, both in it.
func lengths(predictions []results.Prediction) [][2]int {
	var sorted []int
	for _, p := range predictions {
		sorted = append(sorted, p.Tokens)
	}
	slices.Sort(sorted)
	size := max(leastInClass, (len(sorted)+lengthClasses-1)/lengthClasses)
	var out [][2]int
	for begin := 0; begin < len(sorted); {
		end := min(begin+size, len(sorted))
		if len(sorted)-end < leastInClass {
			end = len(sorted)
		}
		for end < len(sorted) && sorted[end] == sorted[end-1] {
			end++
		}
		out = append(out, [2]int{sorted[begin], sorted[end-1]})
		begin = end
	}
	return out
}
