package pruners

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestSearched: a search gives rates to a rule that has some, whatever score it reads, and such a
// rule is trained with another, over the same score; rules with another knob have no search.
func TestSearched(t *testing.T) {
	for spec, want := range map[string]string{
		"topk:rates=1":                  "topk:rates=1:0.5 lengthdrop:drop=auto",
		"topk:rates=1,score=cls":        "topk:rates=1:0.5,score=cls lengthdrop:drop=auto,score=cls",
		"calibrated:rates=1,score=cls":  "calibrated:rates=1:0.5,score=cls lengthdrop:drop=auto,score=cls",
		"topk:rates=0.9,score=random":   "topk:rates=1:0.5,score=random lengthdrop:drop=auto,score=random",
		"topk:rate=0.5":                 "",
		"calibrated:q=0.5":              "",
		"threshold:final=0.1":           "",
		"none":                          "",
		"topk:rate=0.5,score=others":    "",
		"lengthdrop:drop=0.1,score=cls": "",
	} {
		p, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		q, ok := WithRates(p, Rates{1, 0.5})
		if ok != (want != "") || ok != (SearchOf(p) != nil) {
			t.Errorf("%s takes rates: %v", spec, ok)
		}
		if ok && q.Spec().String()+" "+Trained(p).Spec().String() != want {
			t.Errorf("%s becomes %s, trained with %s; want %s", spec, q.Spec(), Trained(p).Spec(), want)
		}
		if !ok && Trained(p).Spec().String() != p.Spec().String() {
			t.Errorf("%s is trained with %s", spec, Trained(p).Spec())
		}
	}
}

// TestCalibratedRates: thresholds of calibrated:rates= leave in each layer the share of all tokens
// that its rates name, as nearly as row 0 of each sequence allows.
func TestCalibratedRates(t *testing.T) {
	p, err := Parse("calibrated:rates=1:0.8:0.8:0.4:0.1:0.001")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	lengths := []int{30, 2, 17, 64, 9, 50}
	var run View
	q, err := Calibrate(p, func(s Pruner) error {
		for layer := range 6 {
			v := view(r, layer, 6, lengths...)
			if layer > 0 { // what the layer before has left
				v.Seqs, v.Positions = run.Seqs, run.Positions
			}
			v.Scores = nil
			for range v.Seqs.Rows() {
				v.Scores = append(v.Scores, r.Float32())
			}
			all := view(r, layer, 6, lengths...).Seqs.Rows()
			keep := decide(t, s, v)
			run = without(v, keep)
			want := math.Max(float64(len(lengths)), []float64{1, 0.8, 0.8, 0.4, 0.1, 0.001}[layer]*float64(all))
			if got := float64(run.Seqs.Rows()); math.Abs(got-want) > 4 {
				t.Errorf("layer %d leaves %v of %d rows, want %.1f", layer, got, all, want)
			}
		}
		return nil
	})
	if err != nil || Fits(q, 6) != nil {
		t.Errorf("%v, %v", err, Fits(q, 6))
	}
	if err := Fits(q, 4); err == nil || !strings.Contains(err.Error(), "has 6 rates, and the model 4 layers") {
		t.Errorf("fits 4 layers: %v", err)
	}
}

// without is v without the rows that go.
func without(v View, keep []bool) View {
	next, positions := []int32{0}, []int32(nil)
	for b := range v.Seqs.Count() {
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			if keep[r] {
				positions = append(positions, v.Positions[r])
			}
		}
		next = append(next, int32(len(positions)))
	}
	v.Seqs, v.Positions = next, positions
	return v
}
