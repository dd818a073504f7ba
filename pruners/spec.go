package pruners

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Spec is a rule and its parameters as text: "topk:rate=0.5,start=1". The value
// of a list is separated by colons: "threshold:theta=0:0.002:0.004".
type Spec struct {
	Name string
	Args []Arg
}

// Arg is one parameter.
type Arg struct{ Key, Value string }

// String returns the spec in the form that Parse reads.
func (s Spec) String() string {
	var b strings.Builder
	b.WriteString(s.Name)
	for i, a := range s.Args {
		b.WriteByte(":,"[min(i, 1)])
		b.WriteString(a.Key + "=" + a.Value)
	}
	return b.String()
}

// Rule is a registered kind of pruner.
type Rule struct {
	Name string
	Doc  string // what it does and where it was published, one sentence or two
	// Params says what each parameter means, in the order they are written.
	Params []ParamDoc
	// New makes the pruner; args hold only keys that Params names.
	New func(args Args) (Pruner, error)
	// Examples are specs that the registry's suite runs the rule with.
	Examples []string
}

// ParamDoc documents one parameter of a rule.
type ParamDoc struct{ Key, Doc string }

var rules = map[string]Rule{}

// Register makes a rule known. Two of one name are a bug and panic.
func Register(r Rule) {
	if _, twice := rules[r.Name]; twice {
		panic("pruners: a rule is registered twice: " + r.Name)
	}
	rules[r.Name] = r
}

// Rules returns all registered rules, sorted by name.
func Rules() []Rule {
	list := make([]Rule, 0, len(rules))
	for _, r := range rules {
		list = append(list, r)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Parse makes the pruner that a spec string describes.
func Parse(text string) (Pruner, error) {
	name, rest, some := strings.Cut(text, ":")
	rule, ok := rules[name]
	if !ok {
		var known []string
		for _, r := range Rules() {
			known = append(known, r.Name)
		}
		return nil, fmt.Errorf("no pruner %q; there are: %s", name, strings.Join(known, ", "))
	}
	args := Args{rule: rule, values: map[string]string{}}
	for _, part := range strings.Split(rest, ",") {
		if !some {
			break
		}
		key, value, ok := strings.Cut(part, "=")
		if !ok || value == "" {
			return nil, fmt.Errorf("pruner %q: %q is not key=value", text, part)
		}
		if !rule.has(key) {
			return nil, fmt.Errorf("pruner %q: no parameter %q; %s takes: %s", text, key, name, rule.keys())
		}
		if _, twice := args.values[key]; twice {
			return nil, fmt.Errorf("pruner %q: %q is given twice", text, key)
		}
		args.values[key] = value
	}
	p, err := rule.New(args)
	if err != nil {
		return nil, fmt.Errorf("pruner %q: %w", text, err)
	}
	return p, nil
}

func (r Rule) has(key string) bool {
	for _, p := range r.Params {
		if p.Key == key {
			return true
		}
	}
	return false
}

func (r Rule) keys() string {
	if len(r.Params) == 0 {
		return "nothing"
	}
	var keys []string
	for _, p := range r.Params {
		keys = append(keys, p.Key)
	}
	return strings.Join(keys, ", ")
}

// Args are the parameters given in a spec string.
type Args struct {
	rule   Rule
	values map[string]string
}

// Has reports whether the key was given.
func (a Args) Has(key string) bool { _, ok := a.values[key]; return ok }

// Text returns the value of key, or otherwise if it was not given.
func (a Args) Text(key, otherwise string) string {
	if v, ok := a.values[key]; ok {
		return v
	}
	return otherwise
}

// Float returns the value of key as a number between low and high.
func (a Args) Float(key string, otherwise, low, high float64) (float64, error) {
	text, ok := a.values[key]
	if !ok {
		return otherwise, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= low && x <= high) {
		return 0, fmt.Errorf("%s=%s is not a number from %v to %v", key, text, low, high)
	}
	return x, nil
}

// Int returns the value of key as a whole number between low and high.
func (a Args) Int(key string, otherwise, low, high int) (int, error) {
	text, ok := a.values[key]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s=%s is not a whole number from %d to %d", key, text, low, high)
	}
	return n, nil
}

// Floats returns the value of key as a list of float32 separated by colons.
func (a Args) Floats(key string) ([]float32, error) {
	var list []float32
	for _, text := range strings.Split(a.values[key], ":") {
		x, err := strconv.ParseFloat(text, 32)
		if err != nil || x != x {
			return nil, fmt.Errorf("%s: %q is not a number", key, text)
		}
		list = append(list, float32(x))
	}
	return list, nil
}

// number writes a float so that it reads back the same, never with an exponent.
func number(x float64, bits int) string { return strconv.FormatFloat(x, 'f', -1, bits) }

func errMissing(key string) error { return fmt.Errorf("%s= is missing", key) }
