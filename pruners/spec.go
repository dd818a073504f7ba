package pruners

import (
	"fmt"
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

// has reports whether the parameter is in the spec.
func (s Spec) has(key string) bool { _, ok := s.value(key); return ok }

func (s Spec) value(key string) (string, bool) {
	for _, a := range s.Args {
		if a.Key == key {
			return a.Value, true
		}
	}
	return "", false
}

// with returns the spec with a parameter set, in its place or at the end.
func (s Spec) with(key, value string) Spec {
	out := Spec{Name: s.Name}
	for _, a := range s.Args {
		if a.Key != key {
			out.Args = append(out.Args, a)
		}
	}
	out.Args = append(out.Args, Arg{key, value})
	return out
}

// floats reads a list of float32 separated by colons.
func floats(key, list string) ([]float32, error) {
	var out []float32
	for _, text := range strings.Split(list, ":") {
		x, err := strconv.ParseFloat(text, 32)
		if err != nil || x != x {
			return nil, fmt.Errorf("%s: %q is not a number", key, text)
		}
		out = append(out, float32(x))
	}
	return out, nil
}

// number writes a float so that it reads back the same, never with an exponent.
func number(x float64, bits int) string { return strconv.FormatFloat(x, 'f', -1, bits) }

func errMissing(key string) error { return fmt.Errorf("%s= is missing", key) }
