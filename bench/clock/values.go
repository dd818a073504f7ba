package clock

import (
	"fmt"
	"math/bits"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Values are the times for a record, beside those of the baseline.
//
// The speed-up is the mean over rounds of the baseline's time by the subject's in the
// same round, with Student's interval over the rounds.
func (t *Times) Values(none *Times) []results.Value {
	rates := make([]float64, len(t.Rounds))
	for i, seconds := range t.Rounds {
		rates[i] = float64(t.Tokens) / seconds
	}
	values := append([]results.Value{{Unit: results.TokensPerSecond, Value: stats.Percentile(rates, 50)}}, speedup(none.Rounds, t.Rounds, t == none)...)
	if t != none {
		values = append(values, results.Value{Unit: results.Efficiency, Value: values[1].Value * float64(t.Executed) / float64(none.Executed)})
	}
	if len(t.Batch1) == 0 {
		return values
	}
	seconds := make([]float64, len(t.Batch1))
	for i, one := range t.Batch1 {
		seconds[i] = one.Seconds
	}
	for _, p := range []struct {
		unit string
		of   float64
	}{{results.P50Seconds, 50}, {results.P95Seconds, 95}, {results.P99Seconds, 99}} {
		values = append(values, results.Value{Unit: p.unit, Value: stats.Percentile(seconds, p.of)})
	}
	return values
}

// speedup compares rounds. With itself, or with one round, there is no interval.
func speedup(none, own []float64, same bool) []results.Value {
	ratios := make([]float64, len(own))
	for i := range own {
		ratios[i] = none[i] / own[i]
	}
	values := []results.Value{{Unit: results.Speedup, Value: stats.Mean(ratios)}}
	if !same && len(ratios) > 1 {
		i := stats.Student(ratios)
		values = append(values, results.Value{Unit: results.Speedup + "-low", Value: max(0, i.Low)}, results.Value{Unit: results.Speedup + "-high", Value: i.High})
	}
	return values
}

// Part is a separate line of a record: times of texts of some lengths, or of a box of the grid.
type Part struct {
	Name   string        // of the line: Length or Throughput
	Keys   []results.Key // beside the point's own
	Iters  int
	Values []results.Value
}

// fewest is how many examples a stretch of lengths needs to get a line.
const fewest = 5

// Lengths are the times at batch 1 by sentence length, in stretches that double: 8 to
// 15 tokens, 16 to 31 and so on. Stretches with fewer than five examples are left out.
func (t *Times) Lengths(none *Times) []Part {
	own, base := map[int][]float64{}, map[int][]float64{}
	most := 0
	for i, one := range t.Batch1 {
		stretch := bits.Len(uint(one.Tokens))
		own[stretch], base[stretch] = append(own[stretch], one.Seconds), append(base[stretch], none.Batch1[i].Seconds)
		most = max(most, stretch)
	}
	var parts []Part
	for stretch := 1; stretch <= most; stretch++ {
		n := len(own[stretch])
		if n < fewest {
			continue
		}
		parts = append(parts, Part{
			Name: "Length", Keys: []results.Key{{Name: "tokens", Value: fmt.Sprintf("%d-%d", 1<<(stretch-1), 1<<stretch-1)}}, Iters: n,
			Values: []results.Value{
				{Unit: results.P50Seconds, Value: stats.Percentile(own[stretch], 50)},
				{Unit: results.Speedup, Value: stats.Mean(base[stretch]) / stats.Mean(own[stretch])},
			},
		})
	}
	return parts
}

// Throughput are the times of the grid.
func (t *Times) Throughput(none *Times, grid []Box) []Part {
	var parts []Part
	for _, box := range grid {
		own := t.Grid[box]
		rates := make([]float64, len(own))
		for i, seconds := range own {
			rates[i] = float64(box.Sequences*box.Tokens) / seconds
		}
		parts = append(parts, Part{
			Name:   "Throughput",
			Keys:   []results.Key{{Name: "batch", Value: fmt.Sprint(box.Sequences)}, {Name: "tokens", Value: fmt.Sprint(box.Tokens)}},
			Iters:  len(own),
			Values: append([]results.Value{{Unit: results.TokensPerSecond, Value: stats.Percentile(rates, 50)}}, speedup(none.Grid[box], own, t == none)...),
		})
	}
	return parts
}
