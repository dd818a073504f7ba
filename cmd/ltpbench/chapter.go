package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ltpbench/bench/eval"
	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/page"
	"ltpbench/results/report"
)

// chapter is what a report shows of one run.
type chapter struct {
	run          *results.Run
	each, merged []results.Point // for each seed, and their means; nil: no point is known yet
	metric       string
	said         *verdict.Verdict // nil without points
}

// newChapter reads a run's points, and compares its methods. The metric is the task's own where none is given.
func newChapter(run *results.Run, metric string) (*chapter, error) {
	c := &chapter{run: run, metric: metric}
	if err := notEval(run); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(run.Points, func(p results.Point) bool { return p.Name == "Sweep" }) {
		return c, nil
	}
	var err error
	if c.each, c.merged, err = rows(run, "Sweep", ""); err != nil {
		return nil, err
	}
	c.metric = cmp.Or(metric, results.Metric(c.merged))
	if err := report.CheckMetric(c.merged, c.metric); err != nil {
		return nil, err
	}
	c.said, err = verdict.Of(run)
	return c, err
}

// notices are what limits the run.
func (c *chapter) notices() (list []string) {
	ended := slices.ContainsFunc(c.run.Points, func(p results.Point) bool { return p.Name == "Run" })
	timed := slices.ContainsFunc(c.merged, func(p results.Point) bool { _, ok := p.Value(results.TokensPerSecond); return ok })
	switch {
	case c.merged == nil:
		list = append(list, "This run has no points yet: it was cut off, or is still at work. The same sweep command resumes it.")
	case !ended && !timed:
		list = append(list, fmt.Sprintf("This run is not finished: %d points have scores and FLOPs, none has times. The same sweep command resumes it.", len(c.merged)))
	case !ended:
		list = append(list, "This run is not finished: its last lines are missing. The same sweep command resumes it.")
	}
	noisy := 0
	for i := range c.merged {
		if c.merged[i].Noisy() {
			noisy++
		}
	}
	if noisy > 0 {
		list = append(list, fmt.Sprintf("Times are noisy at %d of %d points (†): the timed rounds scatter, and a speed-up may be off by more than 5 %%. Measure again on an idle machine, or with more rounds (--rounds).", noisy, len(c.merged)))
	}
	for _, fact := range report.Facts(c.run.Record) {
		if strings.Contains(fact, "throttled") {
			list = append(list, strings.ToUpper(fact[:1])+fact[1:]+".")
		}
	}
	for _, problem := range c.run.Problems {
		list = append(list, "Not readable: "+problem.Error())
	}
	return list
}

// cost draws the score against FLOPs and times, and times against FLOPs.
func (c *chapter) cost() (list []page.Part) {
	label := results.UnitOf(c.metric).Label
	list = add(list, "Each point is a method at one budget. Up and to the left is better.", func() (plots.Figure, error) {
		return plots.Tradeoff(label+" against FLOPs", results.PaperRatio, c.metric, c.merged)
	})
	list = add(list, "Time of a pass in batches, relative to no pruning in the same round.", func() (plots.Figure, error) {
		return plots.Tradeoff(label+" against time", results.Speedup, c.metric, c.merged)
	})
	list = add(list, "One text at a time: half of them take no longer.", func() (plots.Figure, error) {
		return plots.Tradeoff(label+" against latency", results.P50Seconds, c.metric, c.merged)
	})
	return add(list, "On the line time falls as FLOPs do; below it, part of the saving is lost.", func() (plots.Figure, error) {
		return plots.Speedups("Speed-up against FLOPs", c.merged)
	})
}

// differences draws the verdict's comparisons.
func (c *chapter) differences() (list []page.Part) {
	if c.said == nil {
		return nil
	}
	for _, axis := range []verdict.Axis{verdict.FLOPs, verdict.Time} {
		label := results.UnitOf(axis.Unit).Label
		if axis == verdict.Time {
			label = "relative time (measured, no pruning = 1)"
		}
		var all []plots.Difference
		for _, x := range c.said.Best(axis) {
			p := results.Point{Keys: []results.Key{{Name: results.KeyMethod, Value: x.Method}, {Name: results.KeyTuned, Value: map[bool]string{true: "yes", false: "no"}[x.Tuned]}}}
			all = append(all, plots.Difference{Series: p.Series(), Cost: x.Cost, Low: x.Interval.Low, Value: x.Difference.Value, High: x.Interval.High})
		}
		list = add(list, "Above the line the method is better than the best of those it is compared with.", func() (plots.Figure, error) {
			return plots.Differences("At equal "+axis.Name, label, c.said.Metric, all)
		})
	}
	return list
}

// tokens draws what points about the given FLOPs keep of each text, and how right they are by its length.
func (c *chapter) tokens(at float64) (list []page.Part) {
	near := results.Nearest(c.merged, at)
	list = add(list, "Mean over all texts; the bar is the middle half of them.", func() (plots.Figure, error) {
		return plots.Kept("Tokens kept per layer", shares(c.run, near, c.each))
	})
	unit, points, err := eval.ByLength(c.run, near, c.each)
	return add(list, "Each mark is a class of lengths; the classes have about as many texts each.", func() (plots.Figure, error) {
		if err != nil {
			return plots.Figure{}, err
		}
		return plots.Lengths(results.UnitOf(unit).Label+" by length", unit, points)
	})
}

// seeds draws every seed's points, where there are several.
func (c *chapter) seeds() (list []page.Part) {
	if len(c.each) == len(c.merged) {
		return nil
	}
	list = add(nil, "Each mark is one training seed: how much they scatter is what a single one cannot tell.", func() (plots.Figure, error) {
		return plots.Tradeoff(results.UnitOf(c.metric).Label+" of every seed", results.PaperRatio, c.metric, c.each)
	})
	for _, part := range list {
		chart := part.(*page.Chart)
		chart.Guides = nil
		for i := range chart.Series {
			chart.Series[i].Loose = true
		}
	}
	return list
}

// add appends a chart; one for which the run has no data is left out.
func add(list []page.Part, note string, figure func() (plots.Figure, error)) []page.Part {
	f, err := figure()
	if err != nil {
		return list
	}
	chart := f.Chart()
	chart.Title = strings.ToUpper(chart.Title[:1]) + chart.Title[1:]
	chart.Note = note
	return append(list, chart)
}
