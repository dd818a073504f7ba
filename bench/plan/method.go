package plan

import (
	"errors"
	"fmt"
	"strings"

	"ltpbench/pruners"
)

// Method is a series of points: a family of rules, of which a budget chooses one,
// or one whole rule.
type Method struct {
	// Name is the series' name in records: "threshold", "topk:start=1".
	Name string
	// Free: a budget says how much the rule drops, so it is a pruners.Tunable.
	Free bool
	// Embedded: the points that the embedded model brings along; there is no rule.
	Embedded bool

	rule pruners.Pruner
}

// ParseMethod reads a method as plans name it.
func ParseMethod(text string) (Method, error) {
	if text == Embedded {
		return Method{Name: text, Embedded: true}, nil
	}
	if text == "none" {
		return Method{}, errors.New("none is always measured; leave it out")
	}
	if whole := family(text); whole != "" {
		p, err := pruners.Parse(whole)
		if err != nil {
			return Method{}, err
		}
		return Method{Name: text, Free: true, rule: p}, nil
	}
	p, err := pruners.Parse(text)
	if err != nil {
		return Method{}, err
	}
	return Method{Name: Series(p), rule: p}, nil
}

// family returns a rule of the family that text names, "" if it names none: the
// parameter that a budget sets is left out in text.
func family(text string) string {
	name, parameter, _ := strings.Cut(text, ":")
	switch {
	case text == "threshold":
		return "threshold:final=0.01"
	case name == "threshold" && strings.HasPrefix(parameter, "divisor=") && !strings.Contains(parameter, ","):
		return text + ",final=0.01"
	case text == "topk":
		return "topk:rate=0.5"
	case text == "topk:keep":
		return "topk:keep=0.5"
	case name == "topk" && strings.HasPrefix(parameter, "start=") && !strings.Contains(parameter, ","):
		return text + ",rate=0.5"
	}
	for _, r := range pruners.Rules() {
		if r.Name != text || len(r.Examples) == 0 {
			continue
		}
		if p, err := pruners.Parse(r.Examples[0]); err == nil {
			if _, ok := p.(pruners.Tunable); ok {
				return r.Examples[0]
			}
		}
	}
	return ""
}

// Rule returns the rule, or where a family's rules begin. A random rule's seed is
// the point's.
func (m Method) Rule(seed uint64) pruners.Pruner {
	if r, ok := m.rule.(pruners.Random); ok && m.Free {
		r.Seed = seed
		return r
	}
	return m.rule
}

// Series names the series that a rule belongs to: the rule's own name, and for
// top-k the schedule, since the published one and its relatives are rivals.
func Series(p pruners.Pruner) string {
	name := p.Spec().Name
	switch k := p.(type) {
	case pruners.TopK:
		switch {
		case k.Flat != 0:
			return name + ":keep"
		case k.Start > 0:
			return fmt.Sprintf("%s:start=%d", name, k.Start)
		}
	case pruners.Threshold:
		if k.Divisor != pruners.Padded {
			return fmt.Sprintf("%s:divisor=%s", name, k.Divisor)
		}
	}
	return name
}

// SplitMethods cuts a list at its commas, but not within a rule's parameters:
// "threshold,topk:rate=0.5,start=1" is two methods.
func SplitMethods(list string) []string {
	var out []string
	for _, part := range strings.Split(list, ",") {
		before, _, parameter := strings.Cut(part, "=")
		if parameter && !strings.Contains(before, ":") && len(out) > 0 {
			out[len(out)-1] += "," + part
		} else {
			out = append(out, part)
		}
	}
	return out
}
