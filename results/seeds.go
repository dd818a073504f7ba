package results

import (
	"slices"
	"strconv"
	"strings"
)

// KeySeeds is the key of a row that MergeSeeds made: how many seeds it is the mean of.
const KeySeeds = "seeds"

// An Interval is the 95 % interval of a unit's mean over the points of several seeds;
// ok is false when there is none to be had.
type Interval func(unit string, seeds []Point) (low, high float64, ok bool)

// MergeSeeds puts rows together that are one point trained with several seeds: their
// keys are the same but for the seed and, where a budget names the point, the spec,
// since each seed learns thresholds of its own. A value of the merged row is the mean
// over the seeds that have it, its ends those that interval gives (nil: none); a row
// whose point has one seed stays as it is. The order is that of Rows.
func MergeSeeds(rows []Point, interval Interval) []Point {
	var names []string
	seeds := make(map[string][]Point)
	for _, p := range rows {
		name := unseeded(&p)
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

// SeedsOf returns the rows that MergeSeeds puts into one with p, p's own among them.
func SeedsOf(p *Point, rows []Point) []Point {
	name := unseeded(p)
	return slices.DeleteFunc(slices.Clone(rows), func(q Point) bool { return unseeded(&q) != name })
}

// unseeded is what points that differ in seed alone have in common.
func unseeded(p *Point) string {
	budget := p.Key(KeyBudget) != ""
	var b strings.Builder
	b.WriteString(p.Name)
	for _, k := range p.Keys {
		if k.Name == KeySeed || k.Name == KeySeeds || k.Name == keyNoisy || k.Name == KeySpec && budget {
			continue
		}
		b.WriteString("/" + k.Name + "=" + k.Value)
	}
	return b.String()
}

func mean(group []Point, interval Interval) Point {
	out := group[0]
	out.Keys = nil
	for _, k := range group[0].Keys {
		same := !slices.ContainsFunc(group, func(p Point) bool { return p.Key(k.Name) != k.Value })
		switch {
		case k.Name == KeySeed:
			out.Keys = append(out.Keys, Key{KeySeeds, strconv.Itoa(len(group))})
		case same:
			out.Keys = append(out.Keys, k)
		}
	}
	if slices.ContainsFunc(group, func(p Point) bool { return noisy(&p) }) {
		out.Keys = append(out.Keys, Key{keyNoisy, "yes"})
	}
	out.Values, out.Iters = nil, 0
	for _, p := range group {
		out.Iters += p.Iters
		for _, v := range p.Values {
			if _, done := out.Value(v.Unit); done || strings.HasSuffix(v.Unit, "-low") || strings.HasSuffix(v.Unit, "-high") {
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
