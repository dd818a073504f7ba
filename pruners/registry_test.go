package pruners

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ltpbench/internal/ragged"
)

func TestKeepBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := rapid.IntRange(1, 9).Draw(t, "levels")
		scores := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float32 {
			return float32(rapid.IntRange(-levels, levels).Draw(t, "score")) / 4
		}), 1, 70).Draw(t, "scores")
		k := rapid.IntRange(1, 75).Draw(t, "k")
		keep := make([]bool, len(scores))
		KeepBest(scores, k, keep)
		order := make([]int, len(scores)-1)
		for i := range order {
			order[i] = i + 1
		}
		sort.SliceStable(order, func(a, b int) bool { return scores[order[a]] > scores[order[b]] })
		want := make([]bool, len(scores))
		want[0] = true
		for _, r := range order[:min(k, len(scores))-1] {
			want[r] = true
		}
		if !slices.Equal(keep, want) {
			t.Fatalf("k=%d of %v keeps %v, want %v", k, scores, keep, want)
		}
	})
}

func TestTopKCounts(t *testing.T) {
	var got []int
	for layer := 3; layer < 12; layer++ {
		got = append(got, Count(40, TopK{Rate: 0.2}.RateAt(layer, 12)))
	}
	if want := []int{36, 33, 29, 26, 22, 19, 15, 12, 8}; !slices.Equal(got, want) {
		t.Errorf("k = %v, want %v", got, want)
	}
	for _, c := range []struct {
		n    int
		rate float64
		want int
	}{{5, 0.5, 2}, {7, 0.5, 4}, {3, 0.5, 2}, {1, 0.5, 1}, {2, 0.01, 1}} {
		if k := Count(c.n, c.rate); k != c.want {
			t.Errorf("Count(%d, %v) = %d, want %d", c.n, c.rate, k, c.want)
		}
	}
	if rate := (TopK{Rate: 0.5}).RateAt(3, 24); rate != 1 {
		t.Errorf("24 layers: layer 3 keeps %v, all four first layers keep everything", rate)
	}
}

// uniform is one sentence whose rows all score s under the padded divisor.
func uniform(layer int, s float32) View {
	v := View{Layer: layer, Layers: 12, Heads: 12, Seqs: ragged.Of(8), Full: []int32{8}, Examples: []uint64{1}}
	for i := range 8 {
		v.Positions = append(v.Positions, int32(i))
		v.Scores = append(v.Scores, s*12*PaddedLength)
	}
	return v
}

func TestThresholdEdges(t *testing.T) {
	p := Threshold{Final: 0.01, Divisor: Padded}
	for layer, want := range map[int]int{9: 8, 10: 1, 11: 1} {
		n := 0
		for _, k := range decide(t, p, uniform(layer, 1.0/128)) {
			if k {
				n++
			}
		}
		if n != want {
			t.Errorf("uniform attention: layer %d keeps %d, want %d", layer, n, want)
		}
	}
	theta := make([]float32, 12)
	theta[5], theta[6] = 1.0/128, -1
	q := Threshold{Theta: theta, Divisor: Padded}
	if keep := decide(t, q, uniform(5, 1.0/128)); slices.Contains(keep, false) {
		t.Error("a score equal to its threshold is dropped")
	}
	if q.Score(4, 12).Kind != 0 {
		t.Error("theta 0 reads scores")
	}
	if keep := decide(t, q, uniform(6, 1e-6)); slices.Contains(keep[1:], true) {
		t.Error("a score below 1e-5 lives under a negative threshold")
	}
	if err := q.Check(6); err == nil {
		t.Error("12 thetas fit a model of 6 layers")
	}
}

// TestMean: attention that is received has the mean 1/128 under padded, so in units of the
// mean thresholds 128 times as high keep the same rows.
func TestMean(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		v := view(r, 1, 2, 2, 9, 30)
		for b := range v.Seqs.Count() {
			rows, sum := v.Scores[v.Seqs[b]:v.Seqs[b+1]], float32(0)
			for i := range rows {
				rows[i] = r.Float32()
				sum += rows[i]
			}
			for i := range rows {
				rows[i] *= float32(v.Heads*len(rows)) / sum
			}
		}
		theta := r.Float32() / 64
		padded, mean := Threshold{Theta: []float32{0, theta}, Divisor: Padded}, Threshold{Theta: []float32{0, theta * PaddedLength}, Divisor: Mean}
		if a, b := decide(t, padded, v), decide(t, mean, v); !slices.Equal(a, b) {
			t.Fatalf("theta %v keeps %v, in units of the mean %v", theta, a, b)
		}
	}
}

func TestMaskGrad(t *testing.T) {
	for _, divisor := range []Divisor{Padded, Initial, Alive, Mean} {
		r := rand.New(rand.NewPCG(3, 4))
		v := view(r, 1, 2, 3, 7)
		temperature := float32(0.05)
		if divisor == Mean {
			temperature = 1.0 / PaddedLength
		}
		for i := range v.Scores {
			v.Scores[i] = r.Float32() * 4
		}
		weight := make([]float32, len(v.Scores))
		for i := range weight {
			weight[i] = r.Float32() - 0.5
		}
		loss := func(theta float32, scores []float32) float64 {
			l, err := Threshold{Theta: []float32{0, theta}, Divisor: divisor}.Learn(LearnOptions{Layers: 2, Temperature: temperature})
			if err != nil {
				t.Fatal(err)
			}
			u := v
			u.Scores = scores
			mask := make([]float32, len(scores))
			l.Mask(u, mask)
			sum := 0.0
			for i, m := range mask {
				sum += float64(m * weight[i])
			}
			return sum
		}
		const theta, step = 0.11, 1e-3
		l, err := Threshold{Theta: []float32{0, theta}, Divisor: divisor}.Learn(LearnOptions{Layers: 2, Temperature: temperature})
		if err != nil {
			t.Fatal(err)
		}
		mask, dscores := make([]float32, len(weight)), make([]float32, len(weight))
		l.Mask(v, mask)
		l.MaskGrad(v, mask, weight, MaskGrads{Scores: dscores})
		near := func(what string, got float32, want float64) {
			if !(math.Abs(float64(got)-want) <= 2e-3*(1+math.Abs(want))) {
				t.Errorf("%s: %s is %v, by differences %v", divisor, what, got, want)
			}
		}
		near("dtheta", l.Params()[0].Grad[1], (loss(theta+step, v.Scores)-loss(theta-step, v.Scores))/(2*step))
		for i := range v.Scores {
			up, down := slices.Clone(v.Scores), slices.Clone(v.Scores)
			up[i] += 0.02
			down[i] -= 0.02
			near("dscore", dscores[i], (loss(theta, up)-loss(theta, down))/0.04)
		}
	}
}

func TestBadSpecs(t *testing.T) {
	for spec, want := range map[string]string{
		"tok":                            "no pruner \"tok\"; there are: ",
		"topk":                           "either rate=",
		"topk:rate=0.5,keep=1":           "either rate=",
		"topk:rate=2":                    "is not a number from",
		"topk:rate=NaN":                  "is not a number from",
		"topk:rates=1:0.5,start=1":       "start= belongs to rate=",
		"topk:rates=1:0.5,keep=0.5":      "or rates=",
		"topk:rates=1::0.5":              "\"\", of layer 1, is not a number",
		"topk:rates=1:0":                 "above 0 and up to 1",
		"topk:rates=NaN":                 "above 0 and up to 1",
		"topk:rates=0.9:0.5:0.6":         "layer 2 keeps 0.6, more than the 0.5 of the layer before",
		"topk:rat=1":                     "topk takes: rate, start, keep, rates, score",
		"topk:rate=0.5,rate=0.6":         "given twice",
		"threshold:theta=0.1:0.2":        "layer 0",
		"threshold:theta=0:x":            "not a number",
		"threshold:final=1,divisor=half": "none of padded",
		"threshold:final=1,score=cls":    "needs divisor=mean",
		"topk:rate=0.5,score=mine":       "none of received, others",
		"random:keep=0.5,score=cls":      "no parameter",
		"random:keep=0.5,seed=-1":        "whole number",
		"threshold:file=/nowhere":        "/nowhere",
		"none:x=1":                       "none takes: nothing",
		"random:seed=1":                  "keep= is missing",
	} {
		if _, err := Parse(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) gives the error %v, which lacks %q", spec, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, rule := range Rules() {
		for _, spec := range rule.Examples {
			f.Add(spec)
		}
	}
	f.Add("topk:rate=1e-3,start=+1")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "file=") {
			return // it would open files
		}
		p, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(p.Spec().String())
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("%q is %s, which parses back to %v, %v", text, p.Spec(), again, err)
		}
	})
}

// TestUntrained: what a decision without training tries are series that a budget completes.
func TestUntrained(t *testing.T) {
	list := Untrained()
	if len(list) < 4 {
		t.Errorf("there are %q", list)
	}
	for _, name := range list {
		p, ok, err := ParseSeries(name)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", name, ok, err)
			continue
		}
		_, tunable := As[Tunable](p)
		if _, shallow := As[Shallow](p); !tunable && !shallow || Series(p) != name {
			t.Errorf("%s is series %s, and no budget sets it: %v", name, Series(p), !tunable && !shallow)
		}
	}
}
