package decide

import (
	"cmp"
	"math"
	"slices"

	"ltpbench/bench/clock"
	"ltpbench/bench/stats"
	"ltpbench/pruners"
)

// What is timed on the first half: the points that multiply least among those whose loss is within the limit, and those
// whose bound of the loss is lowest.
const (
	mostTimed, mostHopeful  = 5, 2
	shareTimes, passesTimes = 0.12, 35
	firstRounds             = 3
	mostExamples            = 128
)

// upper is the bound of a point's loss in points.
func (t *Tried) upper() float64 { return 100 * t.Loss.Upper(Confidence) }

// worth picks the points that are timed, as places in a list.
func worth(list []Tried, maxLoss float64) (places []int) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[a].Work.Executed, list[b].Work.Executed) })
	for _, at := range order {
		if 100*list[at].Loss.Loss() <= maxLoss && len(places) < mostTimed {
			places = append(places, at)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[a].upper(), list[b].upper()) })
	for _, at := range order[:min(mostHopeful, len(order))] {
		if !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places
}

// choose picks the point to report on among those that were timed: of those fast enough the fastest whose bound of the
// loss is within the limit, else the one whose bound is lowest; where none is fast enough, the fastest. -1 if none was
// timed.
func choose(list []Tried, l Limits) int {
	best := -1
	for i := range list {
		if list[i].Times == nil {
			continue
		}
		if best < 0 || better(&list[i], &list[best], l) {
			best = i
		}
	}
	return best
}

func better(a, b *Tried, l Limits) bool {
	fastA, fastB := a.fast(l), b.fast(l)
	if fastA != fastB {
		return fastA
	}
	if !fastA {
		return a.Speedup() > b.Speedup()
	}
	safeA, safeB := a.upper() <= l.MaxLoss, b.upper() <= l.MaxLoss
	switch {
	case safeA && safeB:
		return a.Speedup() > b.Speedup()
	case safeA != safeB:
		return safeA
	}
	return a.upper() < b.upper() || a.upper() == b.upper() && a.Speedup() > b.Speedup()
}

// fast reports whether a point that was timed meets the limits of time.
func (t *Tried) fast(l Limits) bool {
	return t.Speedup() >= l.MinSpeedup && (l.Latency == 0 || t.P95() <= l.Latency)
}

// ratios are the unpruned model's time by the point's, round by round.
func ratios(none, own []float64) []float64 {
	list := make([]float64, len(own))
	for i := range own {
		list[i] = none[i] / own[i]
	}
	return list
}

// Speedup is how many times as fast as the unpruned model a point is that was timed, the mean over rounds.
func (t *Tried) Speedup() float64 { return stats.Mean(ratios(t.None.Rounds, t.Times.Rounds)) }

// SpeedupInterval is its 95 % interval over rounds.
func (t *Tried) SpeedupInterval() stats.Interval {
	return stats.Student(ratios(t.None.Rounds, t.Times.Rounds))
}

// P95 is how many seconds 95 of 100 texts take at most, each alone; NaN if none was.
func (t *Tried) P95() float64 {
	if len(t.Times.Batch1) == 0 {
		return math.NaN()
	}
	seconds := make([]float64, len(t.Times.Batch1))
	for i, one := range t.Times.Batch1 {
		seconds[i] = one.Seconds
	}
	return stats.Percentile(seconds, 95)
}

// timeSome times the points worth it on the first half.
func (r *run) timeSome() error {
	places := worth(r.out.Tried, r.MaxLoss)
	if len(places) == 0 {
		return nil
	}
	r.Progress("timing the points worth it", 0.1+lastTry)
	subjects := []clock.Subject{{Encoder: r.e, Rule: pruners.None{}}}
	for _, at := range places {
		subjects = append(subjects, clock.Subject{Encoder: r.e, Rule: r.out.Tried[at].Rule})
	}
	c := clock.Clock{Batching: r.Batching, Rounds: firstRounds, Examples: r.affordable(mostExamples, shareTimes, passesTimes)}
	if r.Latency > 0 {
		c.Latency = latencies
	}
	times, err := r.Time(r.ctx, c, subjects, r.first.examples)
	if err != nil {
		return err
	}
	for i, at := range places {
		r.out.Tried[at].Times, r.out.Tried[at].None = &times[i+1], &times[0]
	}
	return nil
}
