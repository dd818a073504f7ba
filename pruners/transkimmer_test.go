package pruners

import (
	"math/rand/v2"
	"testing"
)

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
