// Package compare compares two records of the same benchmarks: counted values must be equal, timed values
// are compared as ratios.
package compare

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/results"
)

// Report is the difference of two records.
type Report struct {
	Setting []string // keys by which the configurations differ: "kernel: avx2, avx512"
	Both    int      // points that both have
	// OldOnly and NewOnly name points, and counted units of points, that one record lacks. That is no
	// difference: a benchmark may be new.
	OldOnly, NewOnly []string
	Counts           []Count // counted values that differ
	Times            []Time  // all that were timed, in the order of units
}

// Count is a counted value that differs.
type Count struct {
	Point, What string
	Old, New    string
}

// Of compares two runs.
func Of(old, new *results.Run) *Report {
	r := &Report{Setting: setting(old.Record, new.Record)}
	a, b := series(old), series(new)
	partner := pair(a, b)
	for _, s := range a {
		if partner[s] == nil {
			r.OldOnly = append(r.OldOnly, s.name)
		}
	}
	exact := func(unit string) bool { return old.Counted(unit) || new.Counted(unit) }
	for _, n := range b {
		o := partner[n]
		if o == nil {
			r.NewOnly = append(r.NewOnly, n.name)
			continue
		}
		r.Both++
		for _, unit := range o.units {
			if len(n.values[unit]) == 0 && exact(unit) {
				r.OldOnly = append(r.OldOnly, n.name+", "+unit)
			}
		}
		for _, unit := range n.units {
			before, after := o.values[unit], n.values[unit]
			switch {
			case len(before) == 0 && exact(unit):
				r.NewOnly = append(r.NewOnly, n.name+", "+unit)
			case len(before) == 0:
			case exact(unit):
				if x, y := distinct(before), distinct(after); x != y || strings.Contains(x, ",") {
					r.Counts = append(r.Counts, Count{n.name, unit, x, y})
				}
			case nothing(before) && nothing(after):
			case !strings.HasSuffix(unit, "-low") && !strings.HasSuffix(unit, "-high"):
				r.Times = append(r.Times, timed(n.name, unit, new.Better(unit), before, after))
			}
		}
		r.Counts = append(r.Counts, answers(n.name, o.answers, n.answers)...)
	}
	r.correct()
	return r
}

// one is a point with all its repeats, whatever the number of threads.
type one struct {
	name     string
	budgeted string   // the name without the spec, of a point that a budget names
	units    []string // in order of first use
	values   map[string][]float64
	answers  []results.Prediction // sorted by example
}

func series(run *results.Run) []*one {
	var list []*one
	for _, p := range run.Points {
		name := label(&p)
		s := find(list, name)
		if s == nil {
			s = &one{name: name, budgeted: budgeted(p), values: map[string][]float64{}}
			list = append(list, s)
		}
		for _, v := range p.Values {
			if s.values[v.Unit] == nil {
				s.units = append(s.units, v.Unit)
			}
			s.values[v.Unit] = append(s.values[v.Unit], v.Value)
		}
	}
	for _, p := range run.Predictions {
		if s := find(list, bare(p.Point)); s != nil {
			s.answers = append(s.answers, p)
		}
	}
	for _, s := range list {
		slices.SortStableFunc(s.answers, func(a, b results.Prediction) int { return a.Example - b.Example })
	}
	return list
}

// pair finds the points that are in both lists, by their names. Where a budget names a point, its spec
// may be another one: what a rule learned was once written there.
func pair(a, b []*one) map[*one]*one {
	partner := map[*one]*one{}
	for _, n := range b {
		if o := find(a, n.name); o != nil {
			partner[n], partner[o] = o, n
		}
	}
	for _, n := range b {
		if n.budgeted == "" || partner[n] != nil {
			continue
		}
		var alike []*one
		for _, o := range a {
			if o.budgeted == n.budgeted && partner[o] == nil {
				alike = append(alike, o)
			}
		}
		if len(alike) == 1 {
			partner[n], partner[alike[0]] = alike[0], n
		}
	}
	return partner
}

func find(list []*one, name string) *one {
	for _, s := range list {
		if s.name == name {
			return s
		}
	}
	return nil
}

// budgeted is the label of a point that a budget names, without its spec; else empty.
func budgeted(p results.Point) string {
	if p.Key(results.KeyBudget) == "" {
		return ""
	}
	p.Keys = slices.DeleteFunc(slices.Clone(p.Keys), func(k results.Key) bool { return k.Name == results.KeySpec })
	return label(&p)
}

// label is a point's name without the number of threads, which no count depends on.
func label(p *results.Point) string {
	if name, err := p.FullName(); err == nil {
		return bare(name)
	}
	var b strings.Builder // of another program: its name may have parts that ours cannot have
	b.WriteString(p.Name)
	for _, k := range p.Keys {
		b.WriteString("/")
		if k.Name != "" {
			b.WriteString(k.Name + "=")
		}
		b.WriteString(k.Value)
	}
	return b.String()
}

// bare cuts the number of threads off a name.
func bare(name string) string {
	at := strings.LastIndexByte(name, '-')
	if at < 0 || at+1 == len(name) || strings.Trim(name[at+1:], "0123456789") != "" {
		return name
	}
	return name[:at]
}

// nothing reports whether all values are 0, such as allocations: they have no ratio.
func nothing(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != 0 })
}

// distinct lists the different values that repeats of a count have: one, unless the record contradicts itself.
func distinct(values []float64) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	text := make([]string, len(sorted))
	for i, v := range sorted {
		text[i] = fmt.Sprint(v)
	}
	return strings.Join(text, ", ")
}

// setting lists keys of the configuration whose values differ.
func setting(old, new *results.Record) []string {
	var list []string
	for _, k := range new.Config {
		if before := old.Get(k.Name); !results.SameValue(k.Name, before, k.Value) {
			list = append(list, fmt.Sprintf("%s: %s, %s", k.Name, given(before), given(k.Value)))
		}
	}
	for _, k := range old.Config {
		if new.Get(k.Name) == "" {
			list = append(list, fmt.Sprintf("%s: %s, %s", k.Name, given(k.Value), given("")))
		}
	}
	return list
}

func given(value string) string {
	if value == "" {
		return "(missing)"
	}
	return value
}
