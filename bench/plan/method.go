package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ltpbench/pruners"
	"ltpbench/results"
)

// Method is a rule whose knob a budget sets, or one whole rule.
type Method struct {
	// Name is the series' name in records: "threshold", "topk:start=1".
	Name string
	// Budgeted: a budget sets how much the rule drops.
	Budgeted bool
	// Budgets, if any, are the method's own, in place of the plan's.
	Budgets []float64
	// Embedded: the cells that the embedded model brings along; there is no rule.
	Embedded bool

	rule pruners.Pruner
}

// ParseMethod reads a method as plans name it: a series, a whole rule, or a series with budgets of its own, such as
// random@0.5 or topk@0.5+0.7.
func ParseMethod(text string) (Method, error) {
	text, own, some := strings.Cut(text, "@")
	m, err := parseSeries(text)
	if err != nil || !some {
		return m, err
	}
	if !m.Budgeted {
		return Method{}, fmt.Errorf("%s@%s: no budget sets what %s drops; leave @%s out", text, own, text, own)
	}
	for _, number := range strings.Split(own, "+") {
		b, err := strconv.ParseFloat(number, 64)
		if err != nil || !(b > 0 && b < 1) {
			return Method{}, fmt.Errorf("%s@%s: %q is no budget: a number above 0 and below 1, such as %s@0.5 or %[1]s@0.5+0.7", text, own, number, text)
		}
		if slices.Contains(m.Budgets, b) {
			return Method{}, fmt.Errorf("%s@%s: %s is there twice", text, own, number)
		}
		m.Budgets = append(m.Budgets, b)
	}
	return m, nil
}

func parseSeries(text string) (Method, error) {
	if text == Embedded {
		return Method{Name: text, Embedded: true}, nil
	}
	if text == results.MethodNone {
		return Method{}, errors.New("none is always measured; leave it out")
	}
	p, budgeted, err := pruners.ParseSeries(text)
	if err == nil && !budgeted {
		p, err = pruners.Parse(text)
	}
	if err != nil {
		return Method{}, err
	}
	return Method{Name: pruners.Series(p), Budgeted: budgeted, rule: p}, nil
}

// Rule returns the rule, or where it starts before a budget is met. Random choices of
// a rule whose knob a budget sets follow from the seed.
func (m Method) Rule(seed uint64) pruners.Pruner {
	if m.Budgeted {
		return pruners.Seeded(m.rule, seed)
	}
	return m.rule
}

// Random reports whether the method is another for each seed, even where weights stay
// as they are.
func (m Method) Random() bool { return m.Budgeted && pruners.RuleOf(m.rule).Seed != "" }

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
