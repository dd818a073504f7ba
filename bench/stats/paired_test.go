package stats

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// TestPaired compares bounds with those of testdata/paired.py, which does without the closed form.
func TestPaired(t *testing.T) {
	data, err := os.ReadFile("testdata/paired.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		N, Lost, Won   int
		Upper, Upper99 float64
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 10 {
		t.Fatal(err)
	}
	for _, c := range cases {
		p := Paired{c.N, c.Lost, c.Won}
		for confidence, want := range map[float64]float64{0.95: c.Upper, 0.99: c.Upper99} {
			if got := p.Upper(confidence); math.Abs(got-want) > 1e-6 {
				t.Errorf("%+v at %v: %v, want %v", p, confidence, got, want)
			}
			if got := (Paired{c.N, c.Won, c.Lost}).Lower(confidence); math.Abs(got+want) > 1e-6 {
				t.Errorf("%+v the other way round at %v: %v, want %v", p, confidence, got, -want)
			}
		}
		if p.Lower(0.95) > p.Loss() || p.Upper(0.95) < p.Loss() {
			t.Errorf("%+v: %v is not between its bounds", p, p.Loss())
		}
	}
	if p := Pair([]bool{true, true, false, false, true}, []bool{true, false, true, false, false}); p != (Paired{5, 2, 1}) {
		t.Errorf("counted %+v", p)
	}
}

// TestPairedCoverage adds up, over all outcomes of n examples, the chance that the bound lies below the true loss: it is
// never above 5 %, and where answers change often it comes near.
func TestPairedCoverage(t *testing.T) {
	most := 0.0
	for _, n := range []int{20, 50, 100, 200} {
		bounds := map[[2]int]float64{}
		for _, won := range []float64{0, 0.002, 0.01, 0.03, 0.1, 0.2} {
			for _, loss := range []float64{0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2} {
				missed := 0.0
				for lost := 0; lost <= n; lost++ {
					for better := 0; lost+better <= n; better++ {
						chance := trinomial(n, lost, better, won+loss, won)
						if chance < 1e-9 {
							continue
						}
						key := [2]int{lost, better}
						if _, ok := bounds[key]; !ok {
							bounds[key] = Paired{n, lost, better}.Upper(0.95)
						}
						if bounds[key] < loss {
							missed += chance
						}
					}
				}
				if missed > 0.05 {
					t.Errorf("%d examples, %v won, loss %v: the bound is too low in %.4f of all cases", n, won, loss, missed)
				}
				most = max(most, missed)
			}
		}
	}
	if most < 0.04 {
		t.Errorf("the bound is too low in %.4f of the cases at most: it is wider than it need be", most)
	}
}

// trinomial is the chance of so many lost and won examples of n.
func trinomial(n, lost, won int, ofLost, ofWon float64) float64 {
	if lost > 0 && ofLost == 0 || won > 0 && ofWon == 0 {
		return 0
	}
	choose := func(n int) float64 { x, _ := math.Lgamma(float64(n + 1)); return x }
	x := choose(n) - choose(lost) - choose(won) - choose(n-lost-won) + float64(n-lost-won)*math.Log1p(-ofLost-ofWon)
	if lost > 0 {
		x += float64(lost) * math.Log(ofLost)
	}
	if won > 0 {
		x += float64(won) * math.Log(ofWon)
	}
	return math.Exp(x)
}

// TestSuffices: with so many examples at the same rates the bound meets the limit, with one less it does not.
func TestSuffices(t *testing.T) {
	if n, ok := (Paired{100, 0, 0}).Suffices(0.01, 0.95); !ok || n < 340 || n > 380 {
		t.Errorf("where nothing changes %d examples suffice for a limit of one point", n)
	}
	for _, p := range []Paired{{100, 3, 3}, {400, 12, 9}, {400, 30, 9}} {
		n, ok := p.Suffices(0.02, 0.95)
		if !ok || n <= 0 {
			t.Errorf("%+v: %d, %v", p, n, ok)
			continue
		}
		// At a multiple of the counts that is about n the answer is known, at one well below it is not.
		at := func(n int) bool {
			m := float64(n) / float64(p.N)
			q := Paired{n, int(math.Round(m * float64(p.Lost))), int(math.Round(m * float64(p.Won)))}
			return q.Upper(0.95) <= 0.02 || q.Lower(0.95) > 0.02
		}
		if !at(n+n/10) || at(n-n/5) {
			t.Errorf("%+v: %d examples", p, n)
		}
	}
	if _, ok := (Paired{100, 2, 0}).Suffices(0.02, 0.95); ok {
		t.Error("a loss at the limit itself: some number suffices")
	}
}
