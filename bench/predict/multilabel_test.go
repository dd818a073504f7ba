package predict_test

import (
	"math"
	"testing"

	"ltpbench/bench/predict"
	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/all"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// TestMultiLabel: with several labels at once each has a probability by itself.
func TestMultiLabel(t *testing.T) {
	const dir = "../../model/testdata/wild/A8-left"
	c, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	c.Config.Problem = model.MultiLabel
	words, err := tokenize.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	p, err := predict.New(d, c, words, pruners.None{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Predict([]text.Example{{Text: "the movie was great"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got[0].Logits {
		if want := 1 / (1 + math.Exp(-float64(v))); math.Abs(got[0].Probabilities[i]-want) > 1e-12 {
			t.Errorf("label %d: %v, want %v", i, got[0].Probabilities[i], want)
		}
	}
}
