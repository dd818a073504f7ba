package decide

import (
	"slices"

	"ltpbench/bench/clock"
	"ltpbench/bench/stats"
	"ltpbench/pruners"
)

// What is timed on the second half beside the chosen point's rounds.
const (
	latencies            = 60 // texts, each alone
	shareReport          = 0.12
	shareGrid, mapRounds = 0.12, 3
	leastRows            = 2048 // that a box of the map runs, as clock has it
)

// Batches and lengths of the break-even map, in the order in which they are measured while there is time.
var (
	mapBatches = []int{1, 32, 8}
	mapLengths = []int{32, 128, 16, 64, 256, 512}
)

// report measures the chosen point on the second half.
func (r *run) report() error {
	at := choose(r.out.Tried, r.Limits)
	if at < 0 {
		return nil
	}
	chosen := r.out.Tried[at]
	chosen.Times, chosen.None = nil, nil
	r.Progress("reporting "+chosen.Rule.Spec().String()+" on the other half", 0.85)
	var err error
	if r.second.right, r.second.none, err = r.answer(&r.second, pruners.None{}); err != nil {
		return err
	}
	right, work, err := r.answer(&r.second, chosen.Rule)
	if err != nil {
		return err
	}
	chosen.Loss, chosen.Work = stats.Pair(r.second.right, right), work.Relative(r.second.none)
	r.out.Unpruned, _ = stats.Accuracy(r.second.right)
	r.out.Commonest = commonest(r.second.labels)
	subjects := []clock.Subject{{Encoder: r.e, Rule: pruners.None{}}, {Encoder: r.e, Rule: chosen.Rule}}
	c := clock.Clock{Batching: r.Batching, Rounds: r.Rounds, Latency: latencies, Examples: r.affordable(mostExamples, shareReport, 2*float64(r.Rounds)+8)}
	times, err := r.Time(r.ctx, c, subjects, r.second.examples)
	if err != nil {
		return err
	}
	r.Progress("measuring from which length and batch pruning pays", 0.92)
	r.out.Grid = r.boxes()
	boxes, err := r.Time(r.ctx, clock.Clock{Batching: r.Batching, Rounds: mapRounds, Examples: 1, Grid: r.out.Grid}, subjects, r.second.examples)
	if err != nil {
		return err
	}
	times[0].Grid, times[1].Grid = boxes[0].Grid, boxes[1].Grid
	chosen.None, chosen.Times = &times[0], &times[1]
	r.out.Chosen = chosen
	return nil
}

// boxes lists the shapes of the map that there is time for, by batch and length.
func (r *run) boxes() (list []clock.Box) {
	left := shareGrid * r.Budget.Seconds()
	for _, b := range mapBatches {
		for _, n := range mapLengths {
			cost := r.out.Pace * float64(max(leastRows, b*n)) * 2 * (mapRounds + 1)
			if n > r.e.Config.MaxLength() || cost > left && len(list) > 0 {
				continue
			}
			left -= cost
			list = append(list, clock.Box{Sequences: b, Tokens: n})
		}
	}
	slices.SortFunc(list, func(a, b clock.Box) int { return (a.Sequences-b.Sequences)<<20 + a.Tokens - b.Tokens })
	return list
}

// Pays is the speed-up in a box of the map with its 95 % interval over rounds.
func (d *Decision) Pays(b clock.Box) (float64, stats.Interval) {
	list := ratios(d.Chosen.None.Grid[b], d.Chosen.Times.Grid[b])
	return stats.Mean(list), stats.Student(list)
}

// commonest is the share of the commonest label.
func commonest(labels []int) float64 {
	most, seen := 0, map[int]int{}
	for _, l := range labels {
		seen[l]++
		most = max(most, seen[l])
	}
	return float64(most) / float64(len(labels))
}
