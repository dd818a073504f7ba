package pruners

import (
	"math/rand/v2"
	"testing"
)

// TestTunable holds every rule of the registry that is Tunable, with every
// example it gives, to what that promises: each strength parses back, a stronger
// rule keeps no row more, the weakest keeps all and the strongest drops something.
func TestTunable(t *testing.T) {
	tried := 0
	for _, rule := range Rules() {
		for _, spec := range rule.Examples {
			p, err := Parse(spec)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := As[Tunable](p); ok != (len(rule.Knobs) > 0) && !has[Shallow](p) {
				t.Errorf("%s is Tunable: %v, and its rule has %d knobs", spec, ok, len(rule.Knobs))
			} else if !ok {
				continue
			}
			tried++
			if p, err = Begin(p, LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}); err != nil {
				t.Fatal(err)
			}
			drops := false
			r := rand.New(rand.NewPCG(3, 4))
			for layer := range 6 {
				v := view(r, layer, 6, 2, 3, 17, 40)
				most := v.Seqs.Rows()
				for i := range 65 {
					s, _ := Tune(p, float64(i)/64)
					if again, err := Parse(s.Spec().String()); err != nil || again.Spec().String() != s.Spec().String() {
						t.Fatalf("%s parses back to %v, %v", s.Spec(), again, err)
					}
					if c, ok := As[Sampled](s); ok {
						s, _ = c.Sample() // calibrated on the very rows
					}
					kept := left(t, s, v)
					if kept > most {
						t.Errorf("%s keeps %d rows of layer %d, a weaker one %d", s.Spec(), kept, layer, most)
					}
					if i == 0 && kept < v.Seqs.Rows() {
						t.Errorf("%s, the weakest, drops %d rows of layer %d", s.Spec(), v.Seqs.Rows()-kept, layer)
					}
					if c, ok := As[Counted](s); ok && Decides(s, layer, 6) {
						want := 0
						for b := range v.Seqs.Count() {
							want += c.Kept(layer, 6, v.Seqs.Len(b))
						}
						if kept != want {
							t.Errorf("%s keeps %d rows of layer %d, Kept says %d", s.Spec(), kept, layer, want)
						}
					}
					most = kept
				}
				drops = drops || most < v.Seqs.Rows()
			}
			if !drops {
				t.Errorf("%s drops nothing at its strongest", spec)
			}
		}
	}
	if tried < 8 {
		t.Errorf("only %d specs were tried", tried)
	}
}

// left is how many rows of v leave its layer.
func left(t *testing.T, p Pruner, v View) (n int) {
	u, ok := asked(p, v)
	if !ok {
		return v.Seqs.Rows()
	}
	if merger, ok := As[Merger](p); ok {
		var m Merged
		merger.Merge(u, &m)
		return m.Next.Rows()
	}
	for _, k := range decide(t, p, v) {
		if k {
			n++
		}
	}
	return n
}
