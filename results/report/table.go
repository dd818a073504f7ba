package report

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/results"
)

// Options are how New makes a table of points.
type Options struct {
	Metrics []string // units of the scores to show
	// Several puts the keys that tell runs apart, the points' first ones, into columns.
	Several bool
	// By are keys whose columns come first.
	By []string
}

// KeyRun is the key by which runs of the same model, task and device differ: the name of
// the run's folder.
const KeyRun = "run"

// New makes the table of points, in their order: what each costs, how right and how fast
// it is. Columns without any value are left out; keys that tell rows apart which would
// look alike otherwise are added.
func New(points []results.Point, o Options) *Report {
	r := &Report{Notes: notes(points)}
	for i := range points {
		r.series = append(r.series, points[i].Series())
	}
	for _, c := range columns(points, o) {
		cells, filled := make([]Cell, len(points)), false
		for i := range points {
			cells[i] = c.cell(&points[i])
			filled = filled || !cells[i].Missing()
			c.Interval = c.Interval || cells[i].Number != nil && cells[i].Number.Bounded
		}
		if !filled {
			continue
		}
		if c.Interval {
			c.Title += "\n[95 %]"
		}
		r.Columns = append(r.Columns, c)
		if r.Rows == nil {
			r.Rows = make([]Row, len(points))
		}
		for i := range points {
			r.Rows[i] = append(r.Rows[i], cells[i])
		}
	}
	return r
}

// columns are all that a table may have, in their order. Those that people read and that
// programs read come in the same order, so that each exporter leaves some out.
func columns(points []results.Point, o Options) []Column {
	shown := append(slices.Clone(o.By), results.KeyMethod, results.KeyBudget, results.KeySeeds, results.KeyTuned, results.KeyBatch, results.KeyTokens)
	audience := make(map[string]Audience)
	if o.Several {
		for _, key := range []string{results.KeyModel, results.KeyTask, results.KeyDevice, KeyRun} {
			if !differs(points, key) {
				audience[key] = Programs
			}
			shown = append(shown, key)
		}
	} else {
		audience[results.KeyModel], audience[results.KeyTask], audience[results.KeyDevice] = Programs, Programs, Programs
	}
	audience[results.KeyTuned] = Programs // people see a mark
	apart := distinguish(points, shown)
	var list []Column
	keys := []string{results.KeyModel, results.KeyTask, results.KeyDevice, KeyRun, results.KeyMethod, results.KeySpec, results.KeyBudget,
		results.KeySeed, results.KeySeeds, results.KeyTuned, results.KeySelect, results.KeyBatch, results.KeyTokens}
	for _, key := range o.By {
		list = append(list, Column{Title: key, Key: key})
		delete(apart, key)
	}
	for _, key := range keys {
		if slices.Contains(o.By, key) || key == KeyRun && !o.Several {
			continue
		}
		c := Column{Title: key, Key: key, For: audience[key]}
		if key == results.KeySpec || key == results.KeySeed || key == results.KeySelect {
			c.For = Programs
		}
		if apart[key] {
			c.For = Everyone
		}
		if o.Several && (key == results.KeyModel || key == results.KeyTask || key == results.KeyDevice) && differs(points, KeyRun) {
			c.Rank = 3 // the run tells rows apart too
		}
		list = append(list, c)
	}
	for _, key := range sorted(apart, keys) {
		list = append(list, Column{Title: key, Key: key})
	}
	for _, metric := range o.Metrics {
		list = append(list, number(metric, Everyone, 0))
	}
	return append(list,
		number(results.PaperRatio, Everyone, 0),
		number(results.ExecutedRatio, Everyone, 3),
		number(results.TokensPerSecond, Everyone, 4),
		number(results.Speedup, Everyone, 1),
		number(results.Efficiency, Everyone, 2),
		number(results.P50Seconds, Everyone, 5),
		number(results.P95Seconds, Everyone, 6),
		number(results.P99Seconds, Programs, 0),
		number(results.PeakBytes, Programs, 0))
}

// number is a column of a unit.
func number(unit string, a Audience, rank int) Column {
	u := results.UnitOf(unit)
	title := u.Title
	if title == "" {
		title = u.Name
		if u.Symbol != "" {
			title += " " + u.Symbol
		}
	}
	return Column{Title: title, Unit: u, For: a, Rank: rank}
}

// cell is what a point has in a column.
func (c *Column) cell(p *results.Point) Cell {
	if c.Key != "" {
		cell := Cell{Text: p.Key(c.Key)}
		if c.Key == results.KeyMethod {
			cell.Marks = marks(p)
		}
		return cell
	}
	v, ok := p.Value(c.Unit.Name)
	if !ok {
		return Cell{}
	}
	n := &Number{Value: v}
	n.Low, n.High, n.Bounded = p.Interval(c.Unit.Name)
	return Cell{Number: n}
}

// Place puts before the points' keys which run they are from, for a table of several runs.
func Place(points []results.Point, r *results.Record, run string) []results.Point {
	from := []results.Key{{Name: KeyRun, Value: run}}
	for _, key := range []string{results.KeyDevice, results.KeyTask, results.KeyModel} {
		from = append([]results.Key{{Name: key, Value: r.Get(key)}}, from...)
	}
	out := make([]results.Point, len(points))
	for i, p := range points {
		out[i] = p
		out[i].Keys = append(from[:len(from):len(from)], p.Keys...)
	}
	return out
}

// CheckMetric returns an error if no point has the unit; it lists those there are.
func CheckMetric(points []results.Point, unit string) error {
	var units []string
	seen := make(map[string]bool)
	for i := range points {
		for _, v := range points[i].Values {
			if v.Unit == unit {
				return nil
			}
			if u := v.Unit; !seen[u] && results.EndOf(u) == "" {
				seen[u] = true
				units = append(units, u)
			}
		}
	}
	return fmt.Errorf("no point has %s: choose one of %s", unit, strings.Join(units, ", "))
}
