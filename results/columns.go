package results

import (
	"fmt"
	"slices"
)

// Column is a column of a table.
type Column struct {
	Title string   // may have two lines
	Units []string // the numbers it shows, each a column of the CSV; nil: text
	Cell  func(*Point) string
}

// KeyColumn shows a key of the points' names.
func KeyColumn(name string) Column {
	return Column{Title: name, Cell: func(p *Point) string { return p.Key(name) }}
}

// Columns returns the columns of a sweep: what each point costs, how right and how
// fast it is. Metric is the task's unit, Accuracy for most.
func Columns(metric string) []Column {
	return []Column{
		KeyColumn(KeyMethod),
		KeyColumn(KeyBudget),
		intervalColumn(metric+"\n[95 %]", metric, scoreFormat(metric)),
		numberColumn("FLOPs\npaper", PaperRatio, ratio),
		numberColumn("FLOPs\nexecuted", ExecutedRatio, ratio),
		numberColumn("tokens\n/s", TokensPerSecond, func(x float64) string { return fmt.Sprintf("%.0f", x) }),
		intervalColumn("speed-up\n[95 %]", Speedup, ratio),
		numberColumn("p50\nms", P50Seconds, milliseconds),
		numberColumn("p95\nms", P95Seconds, milliseconds),
	}
}

// Metric returns the first metric of quality that the points carry: accuracy before
// the others. Accuracy when they carry none.
func Metric(points []Point) string {
	for _, unit := range []string{Accuracy, F1, Matthews, Pearson, Spearman} {
		if slices.ContainsFunc(points, func(p Point) bool { _, ok := p.Value(unit); return ok }) {
			return unit
		}
	}
	return Accuracy
}

func numberColumn(title, unit string, format func(float64) string) Column {
	return Column{title, []string{unit}, func(p *Point) string {
		v, ok := p.Value(unit)
		if !ok {
			return ""
		}
		return format(v)
	}}
}

// intervalColumn shows "87.2 % [84.9, 89.3]".
func intervalColumn(title, unit string, format func(float64) string) Column {
	units := []string{unit, unit + "-low", unit + "-high"}
	return Column{title, units, func(p *Point) string {
		v, ok := p.Value(unit)
		if !ok {
			return ""
		}
		text := format(v)
		if unit == Accuracy || unit == F1 {
			text += " %"
		}
		if low, high, ok := p.Interval(unit); ok {
			text += fmt.Sprintf(" [%s, %s]", format(low), format(high))
		}
		return text
	}}
}

// scoreFormat returns how a metric is written: fractions as per cent, correlations
// as they are.
func scoreFormat(metric string) func(float64) string {
	if metric == Accuracy || metric == F1 {
		return func(x float64) string { return fmt.Sprintf("%.1f", 100*x) }
	}
	return func(x float64) string { return fmt.Sprintf("%.3f", x) }
}

func ratio(x float64) string { return fmt.Sprintf("%.2f", x) }

func milliseconds(seconds float64) string { return fmt.Sprintf("%.1f", 1e3*seconds) }
