package stats

import (
	"bytes"
	"os"
	"testing"
)

// costs are the relative FLOPs of the pool's two rules, and between is where curves are compared.
var costs = [2]float64{0.495, 0.638}

const between = 0.56

// trained is a pool of runs: one recipe, many seeds, what each says of SST-2's dev split under two rules.
type trained struct {
	truth []float64
	said  [2][][]float64 // by rule and seed
}

func readPool(t *testing.T) *trained {
	t.Helper()
	data, err := os.ReadFile("testdata/pool.txt")
	if err != nil {
		t.Fatal(err)
	}
	p, rules := &trained{}, []string(nil)
	for line := range bytes.Lines(data) {
		f := bytes.Fields(line)
		if f[0][0] == '#' {
			continue
		}
		list := make([]float64, len(f[2]))
		for i, digit := range f[2] {
			list[i] = float64(digit - '0')
		}
		if string(f[0]) == "label" {
			p.truth = list
			continue
		}
		if len(list) != len(p.truth) {
			t.Fatalf("seed %s says something of %d examples, and there are %d", f[1], len(list), len(p.truth))
		}
		if len(rules) == 0 || rules[len(rules)-1] != string(f[0]) {
			rules = append(rules, string(f[0]))
		}
		p.said[len(rules)-1] = append(p.said[len(rules)-1], list)
	}
	if len(p.said[0]) < 12 || len(p.said[1]) != len(p.said[0]) {
		t.Fatalf("a pool of %d and %d seeds is too small", len(p.said[0]), len(p.said[1]))
	}
	return p
}

// scores scores all runs; wrong names examples that are answered wrongly whatever the run said.
func (p *trained) scores(wrong map[int]bool) (s [2][]Score) {
	d := Draws{Examples: len(p.truth), Rounds: 1000, Seed: 1}
	for rule, runs := range p.said {
		for _, said := range runs {
			list := make([]float64, len(said))
			for i, v := range said {
				if list[i] = v; wrong[i] {
					list[i] = 1 - p.truth[i]
				}
			}
			s[rule] = append(s[rule], d.Score(share, list, p.truth))
		}
	}
	return s
}

// drawn is the curve of some of the seeds.
func drawn(s [2][]Score, seeds []int) Curve {
	var nodes []Node
	for rule, all := range s {
		n := Node{Cost: costs[rule]}
		for _, seed := range seeds {
			n.Scores = append(n.Scores, all[seed])
		}
		nodes = append(nodes, n)
	}
	return NewCurve(nodes...)
}

// TestAA draws both sides from the runs of one recipe, no run twice: CompareAt, by which verdicts compare,
// has to find no difference 95 times of 100, within 2.
//
// The pool is small, but big enough to judge that: for two sides of S runs drawn without replacement from N, the
// variance of their means' difference is 2 s^2/S, with the pool's own sample variance s^2, whatever N is: that a
// side takes away from what is left for the other makes up for the pool's being finite. So the draws
// scatter as much as CompareAt expects.
func TestAA(t *testing.T) {
	p := readPool(t)
	s := p.scores(nil)
	random := newRandom(t, 21)
	for _, seeds := range []int{3, 5} {
		const times = 1000
		same := 0
		for range times {
			order := random.Perm(len(s[0]))
			e, ok := CompareAt(drawn(s, order[:seeds]), drawn(s, order[seeds:2*seeds]), between)
			if !ok || e.Seeds != seeds {
				t.Fatalf("%v %+v", ok, e)
			}
			if e.P() > Significance {
				same++
			}
		}
		t.Logf("%d seeds a side of %d: no difference in %.1f %%", seeds, len(s[0]), 100*float64(same)/times)
		if same < 930 || same > 970 {
			t.Errorf("%d seeds a side: no difference in %d of %d draws", seeds, same, times)
		}
	}
}

// TestPower: of two recipes of which one gets 2 in 100 examples wrong that the other's seeds get right as ever,
// the difference is found, and the interval holds it.
func TestPower(t *testing.T) {
	p := readPool(t)
	random := newRandom(t, 22)
	wrong := map[int]bool{}
	for _, i := range random.Perm(len(p.truth))[:len(p.truth)*2/100] {
		wrong[i] = true
	}
	a, b := p.scores(nil), p.scores(wrong)
	truth := MeanOfSeeds(a[0]).Value - MeanOfSeeds(b[0]).Value
	w := (between - costs[0]) / (costs[1] - costs[0])
	truth = (1-w)*truth + w*(MeanOfSeeds(a[1]).Value-MeanOfSeeds(b[1]).Value)
	for seeds, least := range map[int]int{3: 75, 5: 95} {
		const times = 300
		found, held := 0, 0
		for range times {
			order := random.Perm(len(a[0]))
			e, _ := CompareAt(drawn(a, order[:seeds]), drawn(b, order[seeds:2*seeds]), between)
			if e.P() <= Significance && e.Value > 0 {
				found++
			}
			if e.Interval(0.95).Contains(truth) {
				held++
			}
		}
		t.Logf("%d seeds a side: a difference of %.1f points found in %.0f %%, in the interval in %.0f %%", seeds, 100*truth, 100*float64(found)/times, 100*float64(held)/times)
		if 100*found < least*times || 100*held < 93*times {
			t.Errorf("%d seeds a side: found in %d, held in %d of %d draws", seeds, found, held, times)
		}
	}
}
