package pruners

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestOtherModels: networks that were learned for a deeper model are refused.
func TestOtherModels(t *testing.T) {
	for _, p := range []Pruner{Transkimmer{}, AdapLeR{Scale: 1}} {
		p, err := Begin(p, LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := Fits(p, 6); err != nil {
			t.Error(err)
		}
		if err := Fits(p, 5); err == nil || !strings.Contains(err.Error(), "model's 5 layers") {
			t.Errorf("%s fits 5 layers, with the error %v", p.Spec(), err)
		}
	}
}

// TestScaledBars: a scale that training begins with is in the bars that it ends with.
func TestScaledBars(t *testing.T) {
	o := LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}
	p, err := Begin(AdapLeR{Scale: 2}, o)
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := Learn(p, o)
	if err != nil {
		t.Fatal(err)
	}
	hard := l.Pruner().(AdapLeR)
	if got := hard.Scale * hard.at(barsTensor, 3, 0); got != 2*firstBar {
		t.Errorf("a bar is %v", got)
	}
}

// TestSkimmingBar: training begins at the bar that it is given and ends with it: the lower it
// is, the more rows a decision with noise keeps, none at one end and all at the other.
func TestSkimmingBar(t *testing.T) {
	kept := func(bar float64) (n int) {
		o := LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}
		p, err := Begin(Transkimmer{Bar: bar}, o)
		if err != nil {
			t.Fatal(err)
		}
		l, _, err := Learn(p, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Pruner().(Transkimmer).Bar; got != bar {
			t.Errorf("learned from bar %v, the rule has %v", bar, got)
		}
		v, _ := asked(p, view(rand.New(rand.NewPCG(1, 3)), 0, 6, 40, 20))
		v.Policy = make([]float32, v.Seqs.Rows())
		for i := range v.Policy {
			v.Policy[i] = 1
		}
		mask := make([]float32, v.Seqs.Rows())
		l.Mask(v, mask)
		for _, m := range mask {
			n += int(m)
		}
		return n
	}
	low, middle, high := kept(-60), kept(0), kept(60)
	if low != 60 || high != 2 || !(middle > high && middle < low) {
		t.Errorf("of 60 rows in two sequences %d, %d and %d are kept", low, middle, high)
	}
}
