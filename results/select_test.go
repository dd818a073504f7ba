package results

import (
	"fmt"
	"testing"
)

func TestNearest(t *testing.T) {
	rows := []Point{
		sweep("none", "none", Value{PaperRatio, 1}),
		sweep("a", "a:1", Value{PaperRatio, 0.3}), sweep("a", "a:2", Value{PaperRatio, 0.52}), sweep("a", "a:3", Value{PaperRatio, 0.9}),
		sweep("b", "b:1"), sweep("b", "b:2", Value{PaperRatio, 0.7}),
	}
	untuned := sweep("a", "a:4", Value{PaperRatio, 0.5})
	untuned.Keys = append(untuned.Keys, Key{KeyTuned, "no"})
	got := ""
	for _, p := range Nearest(append(rows, untuned), 0.5) {
		got += p.Key(KeySpec) + " "
	}
	if got != "none a:2 b:2 a:4 " {
		t.Errorf("nearest are %s", got)
	}
}

func TestPredictionsOf(t *testing.T) {
	first, second := seeded("topk", "0.5", "topk:rate=1", "1"), seeded("topk", "0.5", "topk:rate=2", "2")
	name := func(p Point) string {
		s, err := p.FullName()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	run := &Run{Predictions: []Prediction{
		{Point: name(first), Tokens: 4, Kept: []int{4, 1}}, {Point: name(second), Tokens: 8, Kept: []int{8, 6}},
		{Point: "Other", Tokens: 4, Kept: []int{4}}, {Point: name(first), Kept: []int{4, 1}},
	}}
	if got := fmt.Sprint(KeptShares(run.PredictionsOf([]Point{first, second}))); got != "[[1 1] [0.25 0.75]]" {
		t.Errorf("shares %s", got)
	}
	if got := run.PredictionsOf([]Point{second}); len(got) != 1 || got[0].Tokens != 8 {
		t.Errorf("predictions %v", got)
	}
	if got := KeptShares(nil); got != nil {
		t.Errorf("shares of nothing are %v", got)
	}
}
