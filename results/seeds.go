package results

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// KeySeeds is the key of a row that MergeSeeds made: how many seeds it is the mean of.
const KeySeeds = "seeds"

// An Interval computes the 95 % interval of a unit's mean over the points of several seeds;
// ok is false if there is none.
type Interval func(unit string, seeds []Point) (low, high float64, ok bool)

// MergeSeeds merges rows that are one point trained with several seeds: their keys are
// equal but for the seed and, where a budget names the point, the spec, since each seed
// learns its own thresholds. Two rows of one seed are two points, distinguished by their
// specs. A value of the merged row is the mean over the seeds that have it, its ends
// are those that interval gives (nil: none); a spec that differs is the list of all.
// A row whose point has one seed stays as it is. The order is that of Rows.
func MergeSeeds(rows []Point, interval Interval) []Point {
	var names []string
	seeds := make(map[string][]Point)
	twice := repeated(rows)
	for _, p := range rows {
		name := twice.name(&p)
		if seeds[name] == nil {
			names = append(names, name)
		}
		seeds[name] = append(seeds[name], p)
	}
	var out []Point
	for _, name := range names {
		if group := seeds[name]; len(group) == 1 {
			out = append(out, group[0])
		} else {
			out = append(out, mean(group, interval))
		}
	}
	sortRows(out)
	return out
}

// SeedsOf returns the rows that MergeSeeds merges with p, p itself among them.
func SeedsOf(p *Point, rows []Point) []Point {
	twice := repeated(rows)
	name := twice.name(p)
	return slices.DeleteFunc(slices.Clone(rows), func(q Point) bool { return twice.name(&q) != name })
}

// ambiguous holds the names without seed and spec under which one seed occurs twice.
type ambiguous map[string]bool

func repeated(rows []Point) ambiguous {
	seen, twice := make(map[string]bool), make(ambiguous)
	for i := range rows {
		name := unseeded(&rows[i], false)
		seed := name + "/" + rows[i].Key(KeySeed)
		if seen[seed] {
			twice[name] = true
		}
		seen[seed] = true
	}
	return twice
}

// name is what the seeds of one point have in common.
func (a ambiguous) name(p *Point) string {
	name := unseeded(p, false)
	if a[name] {
		return unseeded(p, true)
	}
	return name
}

// unseeded is a point's name without its seed and, unless spec, without the spec that its
// budget determines.
func unseeded(p *Point, spec bool) string {
	spec = spec || p.Key(KeyBudget) == ""
	var b strings.Builder
	fmt.Fprintf(&b, "%s-%d", p.Name, p.Procs)
	for _, k := range p.Keys {
		if k.Name == KeySeed || k.Name == KeySeeds || k.Name == keyNoisy || k.Name == KeySpec && !spec {
			continue
		}
		b.WriteString("/" + k.Name + "=" + k.Value)
	}
	return b.String()
}

// join lists the different values of a key, in the order of the rows.
func join(rows []Point, key string) string {
	var values []string
	for i := range rows {
		if v := rows[i].Key(key); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return strings.Join(values, "; ")
}

func mean(group []Point, interval Interval) Point {
	out := group[0]
	out.Keys = nil
	for _, k := range group[0].Keys {
		if k.Name == KeySeed {
			out.Keys = append(out.Keys, Key{KeySeeds, strconv.Itoa(len(group))})
		} else {
			out.Keys = append(out.Keys, Key{k.Name, join(group, k.Name)})
		}
	}
	if slices.ContainsFunc(group, func(p Point) bool { return p.Noisy() }) {
		out.Keys = append(out.Keys, Key{keyNoisy, "yes"})
	}
	out.Values, out.Iters = nil, 0
	for _, p := range group {
		out.Iters += p.Iters
		for _, v := range p.Values {
			if _, done := out.Value(v.Unit); done || EndOf(v.Unit) != "" {
				continue
			}
			sum, n := 0.0, 0.0
			for _, q := range group {
				if x, ok := q.Value(v.Unit); ok {
					sum, n = sum+x, n+1
				}
			}
			out.Values = append(out.Values, Value{v.Unit, sum / n})
			if interval == nil {
				continue
			}
			if low, high, ok := interval(v.Unit, group); ok {
				out.Values = append(out.Values, Value{v.Unit + "-low", low}, Value{v.Unit + "-high", high})
			}
		}
	}
	return out
}
