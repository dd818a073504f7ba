package pruners

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"ltpbench/internal/ragged"
)

// TestNoise: random scores lie in [0, 2) with mean 1 and the variance of uniform numbers, and differ
// between layers, positions and sentences.
func TestNoise(t *testing.T) {
	v := View{Layers: 3, Seqs: ragged.Of(20000, 20000), Full: []int32{20000, 20000}, Examples: []uint64{3, 4}}
	for range 2 {
		for i := range int32(20000) {
			v.Positions = append(v.Positions, i)
		}
	}
	var before []float32
	for v.Layer = range 3 {
		scores := drawn(v, nil)
		sum, square, same := 0.0, 0.0, 0
		for i, s := range scores {
			if !(s >= 0 && s < 2) {
				t.Fatalf("score %v", s)
			}
			sum, square = sum+float64(s), square+float64(s)*float64(s)
			if before != nil && before[i] == s || i >= 20000 && scores[i-20000] == s {
				same++
			}
		}
		mean := sum / float64(len(scores))
		if variance := square/float64(len(scores)) - mean*mean; math.Abs(mean-1) > 0.02 || math.Abs(variance-1.0/3) > 0.02 || same > 20 {
			t.Errorf("layer %d: mean %v, variance %v, %d scores repeat", v.Layer, mean, variance, same)
		}
		before = scores
	}
}

// TestNoiseRules: a rule over random scores ignores attention's and keeps as many rows as over
// them where it counts; a threshold of half the mean drops a quarter.
func TestNoiseRules(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	v := view(r, 2, 6, 5, 30, 4000)
	count := func(keep []bool) (n int) {
		for _, k := range keep {
			if k {
				n++
			}
		}
		return n
	}
	for _, spec := range []string{"topk:keep=0.3", "quantile:q=0.3"} {
		own, random := decide(t, mustParse(t, spec), v), decide(t, mustParse(t, spec+",score=random"), v)
		if slices.Equal(own, random) || count(own) != count(random) {
			t.Errorf("%s keeps %d rows, over random scores %d, the same: %v", spec, count(own), count(random), slices.Equal(own, random))
		}
	}
	p := mustParse(t, "threshold:theta=0:0:0.5:0:0:0,divisor=mean,score=random")
	if share := float64(count(decide(t, p, v))) / float64(v.Seqs.Rows()); math.Abs(share-0.75) > 0.03 {
		t.Errorf("%s keeps %v", p.Spec(), share)
	}
	unprotected := make([]bool, v.Seqs.Rows())
	q := mustParse(t, "quantile:q=0.3,score=random")
	u, _ := As[Unprotected](q)
	v.Scores = nil
	u.KeepUnprotected(v, unprotected)
	if n := count(unprotected); n != count(decide(t, q, v)) {
		t.Errorf("unprotected, %s keeps %d rows", q.Spec(), n)
	}
}
