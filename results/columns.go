package results

import (
	"fmt"
	"strings"
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

// Columns returns the columns of a sweep that people read: what each point costs, how
// right and how fast it is. Metrics are the task's units, Accuracy for most. Marks
// beside a method are explained by Notes.
func Columns(metrics ...string) []Column {
	return append([]Column{
		{Title: KeyMethod, Cell: func(p *Point) string { return strings.TrimSpace(p.Key(KeyMethod) + " " + marks(p)) }},
		KeyColumn(KeyBudget),
		KeyColumn(KeySeeds),
		KeyColumn(KeyBatch),
		KeyColumn(KeyTokens),
	}, numbers(metrics)...)
}

// DataColumns returns the columns of a sweep for a program: all keys, no marks.
func DataColumns(metrics ...string) []Column {
	var columns []Column
	for _, key := range []string{KeyModel, KeyTask, KeyDevice, KeyMethod, KeySpec, KeyBudget, KeySeed, KeySeeds, KeyTuned, KeyBatch, KeyTokens} {
		columns = append(columns, KeyColumn(key))
	}
	return append(append(columns, numbers(metrics)...),
		numberColumn("p99\nms", P99Seconds, milliseconds),
		numberColumn("peak\nMiB", PeakBytes, mebibytes))
}

func numbers(metrics []string) (columns []Column) {
	for _, metric := range metrics {
		title := metric
		if percent(metric) {
			title += " %"
		}
		columns = append(columns, intervalColumn(title+"\n[95 %]", metric, scoreFormat(metric)))
	}
	return append(columns,
		numberColumn("FLOPs\npaper", PaperRatio, ratio),
		numberColumn("FLOPs\nexecuted", ExecutedRatio, ratio),
		numberColumn("tokens\n/s", TokensPerSecond, func(x float64) string { return fmt.Sprintf("%.0f", x) }),
		intervalColumn("speed-up\n[95 %]", Speedup, ratio),
		numberColumn("effi-\nciency", Efficiency, ratio),
		numberColumn("p50\nms", P50Seconds, milliseconds),
		numberColumn("p95\nms", P95Seconds, milliseconds),
	)
}

// Metric returns the first metric of quality that the points carry: the task's own, for a
// record begins with that. Accuracy when they carry none.
func Metric(points []Point) string {
	for _, p := range points {
		for _, v := range p.Values {
			switch v.Unit {
			case Accuracy, F1, Matthews, Pearson, Spearman:
				return v.Unit
			}
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

// intervalColumn shows "87.2 [84.9, 89.3]".
func intervalColumn(title, unit string, format func(float64) string) Column {
	units := []string{unit, unit + "-low", unit + "-high"}
	return Column{title, units, func(p *Point) string {
		v, ok := p.Value(unit)
		if !ok {
			return ""
		}
		text := format(v)
		if low, high, ok := p.Interval(unit); ok {
			text += fmt.Sprintf(" [%s, %s]", format(low), format(high))
		}
		return text
	}}
}

// percent says whether a unit is a fraction that is shown in per cent.
func percent(unit string) bool { return unit == Accuracy || unit == F1 }

// scoreFormat returns how a metric is written: fractions as per cent, correlations
// as they are.
func scoreFormat(metric string) func(float64) string {
	if percent(metric) {
		return func(x float64) string { return fmt.Sprintf("%.1f", 100*x) }
	}
	return func(x float64) string { return fmt.Sprintf("%.3f", x) }
}

func ratio(x float64) string { return fmt.Sprintf("%.2f", x) }

func milliseconds(seconds float64) string { return fmt.Sprintf("%.1f", 1e3*seconds) }

func mebibytes(bytes float64) string { return fmt.Sprintf("%.0f", bytes/(1<<20)) }
