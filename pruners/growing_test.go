package pruners

import (
	"math/rand/v2"
	"testing"
)

// TestGrowing: a rule that grows drops nothing at 0, is itself at 1, and keeps no row more the larger
// the share, in every layer.
func TestGrowing(t *testing.T) {
	grown := map[string]bool{}
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		if !has[Growing](p) {
			return
		}
		grown[rule.Name] = true
		if same, ok := Grow(p, 1); !ok || same.Spec().String() != p.Spec().String() {
			t.Errorf("at 1 it is %s", same.Spec())
		}
		r := rand.New(rand.NewPCG(2, 3))
		for layer := range 6 {
			v := view(r, layer, 6, 2, 17, 40)
			before := v.Seqs.Rows()
			for i := range 11 {
				q, _ := Grow(p, float64(i)/10)
				kept := left(t, q, v)
				if i == 0 && kept != before || kept > before {
					t.Errorf("at %v it keeps %d rows of layer %d, at less %d", float64(i)/10, kept, layer, before)
				}
				before = kept
			}
			if own := left(t, p, v); own != before {
				t.Errorf("at 1 it keeps %d rows of layer %d, and by itself %d", before, layer, own)
			}
		}
	})
	for _, name := range []string{"topk", "threshold", "relative", "quantile", "calibrated", "random", "lengthdrop"} {
		if !grown[name] {
			t.Errorf("%s does not grow", name)
		}
	}
}
