package stats

import (
	"math/rand/v2"
	"testing"
)

func TestHolm(t *testing.T) {
	p := []float64{0.01, 0.04, 0.03, 0.005, 0.2, 0.012}
	want := []float64{0.05, 0.09, 0.09, 0.03, 0.2, 0.05} // statsmodels.stats.multitest.multipletests
	shares := []int{5, 3, 3, 6, 3, 4}
	got, share := Holm(p)
	for i := range p {
		near(t, "corrected", got[i], want[i])
		if share[i] != shares[i] {
			t.Errorf("p %v was compared with 0.05/%d, want /%d", p[i], share[i], shares[i])
		}
	}
	if got, share := Holm(nil); len(got)+len(share) != 0 {
		t.Error("of nothing, something")
	}
}

// An interval of confidence 1 - 0.05/share leaves 0 out exactly where the corrected probability is significant.
func TestHolmIntervals(t *testing.T) {
	const seed = 3
	random := rand.New(rand.NewPCG(seed, 0))
	significant := 0
	for range 300 {
		list, p := make([]Estimate, 1+random.IntN(8)), []float64(nil)
		for i := range list {
			list[i] = Estimate{Value: 2 * random.NormFloat64(), Error: 0.5 + random.Float64(), Freedom: 3 + 20*random.Float64()}
			p = append(p, list[i].P())
		}
		corrected, share := Holm(p)
		for i, e := range list {
			if out := !e.Interval(1 - Significance/float64(share[i])).Contains(0); out != (corrected[i] <= Significance) {
				t.Fatalf("seed %d: corrected p %v, interval leaves 0 out: %v", seed, corrected[i], out)
			}
			if corrected[i] <= Significance {
				significant++
			}
		}
	}
	if significant == 0 {
		t.Error("nothing was significant: the test shows nothing")
	}
}
