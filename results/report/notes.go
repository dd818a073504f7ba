package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ltpbench/results"
)

// remarks are what a reader has to know of a point beside its numbers.
var remarks = []struct {
	Note
	applies func(*results.Point) bool
}{
	{Note{"*", "not fine-tuned: the rule was applied to the given weights without training"}, (*results.Point).Untuned},
	{Note{"‡", "its budget is not reached: its relative FLOPs are more than 0.05 away from it"}, offBudget},
	{Note{"†", "noisy: the rounds scatter, and the speed-up may be off by more than 5 %; measure again on an idle machine, or with more rounds (--rounds)"}, (*results.Point).Noisy},
}

// offBudget reports whether a point's FLOPs are far from its budget.
func offBudget(p *results.Point) bool {
	budget, err := strconv.ParseFloat(p.Key(results.KeyBudget), 64)
	ratio, ok := p.Value(results.PaperRatio)
	return err == nil && ok && math.Abs(ratio-budget) > 0.05
}

// marks returns the marks of the notes that apply to a point.
func marks(p *results.Point) string {
	var b strings.Builder
	for _, r := range remarks {
		if r.applies(p) {
			b.WriteString(r.Mark)
		}
	}
	return b.String()
}

// notes returns the notes that apply to some point.
func notes(points []results.Point) (list []Note) {
	for _, r := range remarks {
		if slices.ContainsFunc(points, func(p results.Point) bool { return r.applies(&p) }) {
			list = append(list, r.Note)
		}
	}
	return list
}

// Facts returns sentences about a whole run: how many texts were truncated, its peak memory, and what throttled a card
// while it was timed.
func Facts(r *results.Record) (list []string) {
	if n := r.Get(results.KeyTruncated); n != "" {
		list = append(list, fmt.Sprintf("%s of %s measured texts are longer than the limit and truncated", n, r.Get("examples")))
	}
	peak := 0.0
	for i := range r.Points {
		bytes, _ := r.Points[i].Value(results.PeakBytes)
		peak = max(peak, bytes)
	}
	if r.Get("rounds") == "1" {
		list = append(list, "one timed round: the times say nothing about noise; take more with --rounds")
	}
	if peak > 0 {
		u := results.UnitOf(results.PeakBytes)
		list = append(list, fmt.Sprintf("peak memory of the whole run: %s %s", u.Format(peak), u.Symbol))
	}
	if text := throttled(r); text != "" {
		list = append(list, text)
	}
	return list
}

// throttled describes what throttled a card while it was timed, or "". That a card was idle
// when it was read is no reason.
func throttled(r *results.Record) string {
	for i := range r.Points {
		p := &r.Points[i]
		if p.Name != results.CardName || p.Key(results.KeyWhen) != results.WhenTiming {
			continue
		}
		// Records once called the key held.
		reasons := slices.DeleteFunc(strings.Split(cmp.Or(p.Key(results.KeyThrottled), p.Key("held")), "+"), func(s string) bool { return s == "" || s == "idle" })
		if len(reasons) == 0 {
			continue
		}
		text := "the card was throttled while it was timed: " + strings.Join(reasons, ", ")
		if lowest, ok := p.Value(results.ClockMHz); ok {
			text += fmt.Sprintf("; the lowest clock was %.0f MHz", lowest)
		}
		return text
	}
	return ""
}
