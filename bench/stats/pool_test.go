package stats

import (
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestPool: means, scatter and intervals are those of testdata/pooled.py.
func TestPool(t *testing.T) {
	data, err := os.ReadFile("testdata/pooled.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) < 18 {
		t.Fatalf("%d cases", len(lines))
	}
	for _, line := range lines {
		var parts [3][]float64
		for i, part := range strings.Split(line, "; ") {
			for _, field := range strings.Fields(part) {
				v, err := strconv.ParseFloat(field, 64)
				if err != nil {
					t.Fatal(err)
				}
				parts[i] = append(parts[i], v)
			}
		}
		var studies []Estimate
		for i, v := range parts[0] {
			studies = append(studies, Estimate{Value: v, Error: parts[1][i], Freedom: 1e3, Seeds: 3})
		}
		p, ok := Pool(studies)
		if !ok {
			t.Fatalf("%s: not pooled", line)
		}
		i := p.Interval(0.95)
		for j, got := range []float64{p.Value, p.Tau, p.Error, i.Low, i.High} {
			if want := parts[2][j]; math.Abs(got-want) > 1e-8 {
				t.Errorf("%s: number %d is %v", line, j, got)
			}
		}
		sum := 0.0
		for _, w := range p.Weights {
			sum += w
		}
		if math.Abs(sum-1) > 1e-12 || p.Studies != len(studies) || p.Seeds != 3 {
			t.Errorf("%s: weights %v of %d studies with %d seeds", line, p.Weights, p.Studies, p.Seeds)
		}
	}
	if _, ok := Pool([]Estimate{{Value: 1, Error: 1}}); ok {
		t.Error("one study is pooled")
	}
	if _, ok := Pool([]Estimate{{Value: 1, Error: 1}, {Value: 1}}); ok {
		t.Error("a study without an error is pooled")
	}
}

// TestPoolCoverage: the interval holds the true mean in 95 % of simulated sets of tasks that scatter, few or many, and in
// more where they do not scatter: little is known of that from few.
func TestPoolCoverage(t *testing.T) {
	const trials = 4000
	for _, k := range []int{3, 5, 10} {
		for _, tau := range []float64{0, 0.01, 0.05} {
			rng := rand.New(rand.NewPCG(uint64(k), uint64(1000*tau)))
			covered := 0
			for range trials {
				studies := make([]Estimate, k)
				for i := range studies {
					e := 0.005 + 0.02*rng.Float64()
					studies[i] = Estimate{Value: -0.01 + tau*rng.NormFloat64() + e*rng.NormFloat64(), Error: e, Freedom: 1e3}
				}
				p, _ := Pool(studies)
				if i := p.Interval(0.95); i.Low <= -0.01 && -0.01 <= i.High {
					covered++
				}
			}
			if share := float64(covered) / trials; share < 0.93 || tau == 0.05 && share > 0.97 {
				t.Errorf("%d tasks that scatter by %v: covered in %.3f", k, tau, share)
			}
		}
	}
}

// TestMeanOfDependent: estimates whose errors are one and the same have the error of one.
func TestMeanOfDependent(t *testing.T) {
	one := Estimate{Value: 2, Error: 0.5, Freedom: 9, Seeds: 3}
	if got := MeanOfDependent([]Estimate{one, one}); got != one {
		t.Errorf("twice the same: %+v", got)
	}
	got := MeanOfDependent([]Estimate{one, {Value: 4, Error: 1, Freedom: 4, Seeds: 5}})
	if want := (Estimate{Value: 3, Error: 0.75, Freedom: 4, Seeds: 3}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
