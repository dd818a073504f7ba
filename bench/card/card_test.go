package main

import (
	"math"
	"strings"
	"testing"
)

// TestLengths: texts have the file's lengths, cut at what a model takes; what is not there is an error.
func TestLengths(t *testing.T) {
	for _, name := range []string{"sst2", "imdb"} {
		list, err := lengths(name, 512, 100)
		if err != nil || len(list) != 512 {
			t.Fatalf("%s: %d lengths, %v", name, len(list), err)
		}
		for _, n := range list {
			if n < 2 || n > 100 {
				t.Errorf("%s: a text of %d tokens", name, n)
			}
		}
	}
	if list, err := lengths("50", 3, 512); err != nil || len(list) != 3 || list[2] != 50 {
		t.Errorf("three texts of 50 tokens: %v, %v", list, err)
	}
	for _, bad := range []string{"mrpc", "imdb"} {
		if _, err := lengths(bad, 513, 512); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("513 texts of %s: %v", bad, err)
		}
	}
}

// TestWeights: a shape's weights are a whole model, the same each time, with queries and
// keys that spread attention scores.
func TestWeights(t *testing.T) {
	s := shapes(true)[0]
	a, b := s.weights(), s.weights()
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() {
		t.Error("weights differ from one time to the next")
	}
	for name, want := range map[string]float64{"layer.0.query.weight": math.Sqrt(2. / 32), "layer.0.up.weight": 0.02} {
		sum := 0.0
		x := a.Tensors[name].Data
		for _, v := range x {
			sum += float64(v) * float64(v)
		}
		if got := math.Sqrt(sum / float64(len(x))); math.Abs(got-want) > want/10 {
			t.Errorf("%s deviates by %.3f, not by %.3f", name, got, want)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{nil, {"everything"}, {"encoders"}, {"encoders", "-o", "x", "more"}, {"pruning", "-o", "x", "-types", ""}} {
		var log strings.Builder
		if code := run(args, &log, &log); code != 2 || log.Len() == 0 {
			t.Errorf("%q: code %d, %q", args, code, log.String())
		}
	}
}
