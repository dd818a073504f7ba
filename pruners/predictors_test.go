package pruners

import (
	"math"
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

// TestDivergence: its gradient agrees with differences, it is 0 where scores are the logarithms of
// saliency, whatever is alive and whatever row 0's factor, and a sequence without saliency has none.
func TestDivergence(t *testing.T) {
	o := LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}
	p, err := Begin(AdapLeR{Scale: 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	learner, _, err := Learn(p, o)
	if err != nil {
		t.Fatal(err)
	}
	l := learner.(*adaplerLearner)
	l.factors[3] = 2.5
	r := rand.New(rand.NewPCG(4, 4))
	v := view(r, 3, 6, 7, 4, 1)
	v.Scores, v.Policy = make([]float32, 12), make([]float32, 12)
	saliency := make([]float32, 12)
	for i := range v.Scores {
		v.Scores[i], saliency[i] = 2*r.Float32(), r.Float32()
		if i != 0 && i != 7 && i != 11 {
			v.Policy[i] = -3 * r.Float32()
		}
	}
	clear(saliency[7:11]) // the second sequence's
	const weight, step = 3, 1e-2
	grad := make([]float32, 12)
	if l.Divergence(v, saliency, weight, grad) <= 0 {
		t.Error("the divergence is not positive")
	}
	spare := make([]float32, 12)
	for i, before := range v.Scores {
		v.Scores[i] = before + step
		up := l.Divergence(v, saliency, 0, spare)
		v.Scores[i] = before - step
		want := weight * (up - l.Divergence(v, saliency, 0, spare)) / (2 * step)
		v.Scores[i] = before
		if !(math.Abs(float64(grad[i])-want) <= 1e-4) || i >= 7 && grad[i] != 0 {
			t.Errorf("the gradient of score %d is %v, by differences %v", i, grad[i], want)
		}
	}
	for i, s := range saliency {
		v.Scores[i] = float32(math.Log(float64(s)))
		if s == 0 {
			v.Scores[i] = 0
		}
	}
	if got := l.Divergence(v, saliency, 1, spare); math.Abs(got) > 1e-6 {
		t.Errorf("of its own shares the divergence is %v", got)
	}
}

// TestBars: training begins at the bar that it is given and ends with it: the lower it is, the
// more rows a decision with noise keeps, none at one end and all at the other.
func TestBars(t *testing.T) {
	for name, rule := range map[string]func(bar float64) Pruner{
		"transkimmer": func(bar float64) Pruner { return Transkimmer{Bar: bar} },
		"dynamicvit":  func(bar float64) Pruner { return dynamicRagged{dynamic{Rho: 0.7}, bar} },
	} {
		kept := func(bar float64) (n int) {
			o := LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}
			p, err := Begin(rule(bar), o)
			if err != nil {
				t.Fatal(err)
			}
			l, _, err := Learn(p, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.Pruner().Spec(); got.String() != p.Spec().String() {
				t.Errorf("learned from %s, the rule is %s", p.Spec(), got)
			}
			v, _ := asked(p, view(rand.New(rand.NewPCG(1, 3)), 2, 6, 40, 20))
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
			t.Errorf("%s: of 60 rows in two sequences %d, %d and %d are kept", name, low, middle, high)
		}
	}
}
