package results

import (
	"fmt"
	"testing"
)

func seeded(method, budget, spec, seed string, values ...Value) Point {
	p := sweep(method, spec, values...)
	p.Keys = []Key{{KeyMethod, method}, {KeySpec, spec}, {KeyBudget, budget}, {KeySeed, seed}, {KeyTuned, "yes"}}
	return p
}

func TestMergeSeeds(t *testing.T) {
	rows := []Point{
		seeded("none", "", "none", "1", Value{Accuracy, 0.8}),
		seeded("none", "", "none", "2", Value{Accuracy, 0.9}),
		seeded("threshold", "0.5", "threshold:theta=0:0.1", "1", Value{Accuracy, 0.75}, Value{"accuracy-low", 0.7}, Value{PaperRatio, 0.48}, Value{Speedup, 2}),
		seeded("threshold", "0.5", "threshold:theta=0:0.2", "2", Value{Accuracy, 0.25}, Value{PaperRatio, 0.5}),
		seeded("topk", "", "topk:rate=0.5", "1", Value{PaperRatio, 0.6}),
		seeded("topk", "", "topk:rate=0.4", "1", Value{PaperRatio, 0.5}),
	}
	interval := func(unit string, seeds []Point) (float64, float64, bool) {
		return -float64(len(seeds)), 7, unit == Accuracy
	}
	merged := MergeSeeds(rows, interval)
	var got []string
	for _, p := range merged {
		got = append(got, fmt.Sprintf("%s %s %s seed %s of %s: %v", p.Key(KeyMethod), p.Key(KeySpec), p.Key(KeyTuned), p.Key(KeySeed), p.Key(KeySeeds), p.Values))
	}
	want := []string{
		"none none yes seed  of 2: [{accuracy 0.8500000000000001} {accuracy-low -2} {accuracy-high 7}]",
		"threshold threshold:theta=0:0.1; threshold:theta=0:0.2 yes seed  of 2: [{accuracy 0.5} {accuracy-low -2} {accuracy-high 7} {paper-ratio 0.49} {speedup 2}]",
		"topk topk:rate=0.4 yes seed 1 of : [{paper-ratio 0.5}]",
		"topk topk:rate=0.5 yes seed 1 of : [{paper-ratio 0.6}]",
	}
	for i, w := range want {
		if len(got) != len(want) || got[i] != w {
			t.Fatalf("got\n%q\nwant\n%q", got, want)
		}
	}
	if n := len(SeedsOf(&merged[1], rows)); n != 2 {
		t.Errorf("the merged row is of %d seeds, want 2", n)
	}
	if n := len(SeedsOf(&rows[4], rows)); n != 1 {
		t.Errorf("a row that stands alone is of %d seeds, want 1", n)
	}
}

// One seed with two specs under one budget is two points, whatever the other seeds are.
func TestMergeAmbiguousSeeds(t *testing.T) {
	rows := []Point{
		seeded("topk", "0.5", "topk:rate=0.2", "1", Value{Accuracy, 0.75}),
		seeded("topk", "0.5", "topk:rate=0.3", "1", Value{Accuracy, 0.25}),
		seeded("topk", "0.5", "topk:rate=0.3", "2", Value{Accuracy, 0.5}),
	}
	merged := MergeSeeds(rows, nil)
	var got []string
	for _, p := range merged {
		v, _ := p.Value(Accuracy)
		got = append(got, fmt.Sprint(p.Key(KeySpec), " ", v, " ", len(SeedsOf(&p, rows))))
	}
	if fmt.Sprint(got) != "[topk:rate=0.2 0.75 1 topk:rate=0.3 0.375 2]" {
		t.Errorf("merged rows are %q", got)
	}
}
