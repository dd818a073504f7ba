package verdict

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/results"
)

// String returns the verdict's sentences as one paragraph.
func (v *Verdict) String() string { return strings.Join(v.Sentences(), " ") }

// Sentences returns the verdict in a few sentences: the methods at equal FLOPs and at equal time, what they are
// compared with, and what could not be compared.
func (v *Verdict) Sentences() []string {
	if v.Examples == 0 {
		return []string{"No verdict: it needs predictions, and there are none beside the record."}
	}
	var sentences []string
	for _, b := range v.blocks() {
		for _, axis := range []Axis{FLOPs, Time} {
			if s := b.along(axis, v.Metric); s != "" {
				sentences = append(sentences, s)
			}
		}
	}
	sentences = append(sentences, v.how())
	sentences[0] = v.scope() + ", " + strings.ToLower(sentences[0][:1]) + sentences[0][1:]
	return append(append(sentences, v.unreached()...), v.left()...)
}

// scope is what the sentences hold for.
func (v *Verdict) scope() string {
	if v.Seeds < 2 {
		return fmt.Sprintf("For these weights (one training seed, %d examples; another seed may give another answer)", v.Examples)
	}
	return fmt.Sprintf("For this recipe (%d training seeds a side or more, %d examples)", v.Seeds, v.Examples)
}

// how explains the numbers.
func (v *Verdict) how() string {
	if len(v.Comparisons) == 0 {
		return "Nothing is compared: no headline method, and no method that the plan compares, has a point whose cost another method reaches with predictions."
	}
	compared := fmt.Sprintf("all %d comparisons", len(v.Comparisons))
	if len(v.Comparisons) == 1 {
		compared = "the one comparison"
	}
	against := "the best of the other methods that reach a point's cost, interpolated between their points"
	if len(v.rivals()) == 1 {
		against = v.rivals()[0] + ", interpolated between its points"
	}
	return fmt.Sprintf("Differences are against %s; significance holds for %s together (Holm), and an interval, of 95 %% or more, excludes 0 where a difference is significant.", against, compared)
}

func (v *Verdict) rivals() []string {
	var names []string
	for _, c := range v.Comparisons {
		if !slices.Contains(names, c.Rival) {
			names = append(names, c.Rival)
		}
	}
	return names
}

// block is a method's comparisons with the best of the others.
type block struct {
	method string
	tuned  bool
	best   []Comparison
}

func (v *Verdict) blocks() []block {
	var list []block
	for _, c := range v.Comparisons {
		if !c.Best {
			continue
		}
		at := slices.IndexFunc(list, func(b block) bool { return b.method == c.Method && b.tuned == c.Tuned })
		if at < 0 {
			at = len(list)
			list = append(list, block{method: c.Method, tuned: c.Tuned})
		}
		list[at].best = append(list[at].best, c)
	}
	return list
}

// along is the sentence about one axis; empty if nothing was compared on it.
func (b *block) along(axis Axis, metric string) string {
	var better, worse, even []string
	for _, c := range b.best {
		if c.Axis != axis {
			continue
		}
		text := c.text(metric)
		switch {
		case !c.Significant():
			even = append(even, text)
		case c.Difference.Value > 0:
			better = append(better, text)
		default:
			worse = append(worse, text)
		}
	}
	var parts []string
	for _, p := range []struct {
		what string
		at   []string
	}{{"better at", better}, {"worse at", worse}, {"not significantly different at", even}} {
		if len(p.at) > 0 {
			parts = append(parts, p.what+" "+strings.Join(p.at, ", "))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	name := b.method
	if !b.tuned {
		name += ", not fine-tuned,"
	}
	return fmt.Sprintf("At equal %s %s is %s.", axis.Name, name, strings.Join(parts, "; "))
}

// text is "0.54 (-4.4 points [-6.6, -2.2])".
func (c *Comparison) text(metric string) string {
	d, i := c.Difference.Value, c.Interval
	u, points := results.UnitOf(metric), ""
	if u.Symbol == "%" {
		points = " points"
	}
	n := u.Decimals
	return fmt.Sprintf("%s (%+.*f%s [%+.*f, %+.*f])", c.Axis.At(c.Cost), n, u.Shown(d), points, n, u.Shown(i.Low), n, u.Shown(i.High))
}

// At writes a cost: relative FLOPs, or the speed-up.
func (a Axis) At(cost float64) string {
	if a == Time {
		return fmt.Sprintf("%.2fx", 1/cost)
	}
	return fmt.Sprintf("%.2f", cost)
}

// unreached lists the costs that curves do not reach, in one sentence.
func (v *Verdict) unreached() []string {
	var parts []string
	for _, axis := range []Axis{FLOPs, Time} {
		at := map[string][]string{}
		var names []string
		for _, u := range v.Unreached {
			if u.Axis != axis {
				continue
			}
			name := u.Rival
			if !u.Tuned {
				name += ", not fine-tuned,"
			}
			if at[name] == nil {
				names = append(names, name)
			}
			at[name] = append(at[name], axis.At(u.Cost))
		}
		for _, name := range names {
			parts = append(parts, fmt.Sprintf("by %s %s of %s", name, strings.Join(at[name], ", "), axis.Name))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"Not reachable: " + strings.Join(parts, "; ") + "."}
}

// left lists what could not be compared.
func (v *Verdict) left() []string {
	if len(v.Left) == 0 {
		return nil
	}
	return []string{"Left out: " + strings.Join(v.Left, "; ") + "."}
}
