package predict_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"ltpbench/bench/embedded"
	"ltpbench/bench/eval"
	"ltpbench/bench/predict"
	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
	"ltpbench/pruners"
)

func device(t *testing.T) hw.Device {
	t.Helper()
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Predictions are those of an evaluation, in batches of any size, and name the tokens that
// are left.
func TestPredict(t *testing.T) {
	d := device(t)
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	rule, err := pruners.Parse("topk:rate=0.2,start=1")
	if err != nil {
		t.Fatal(err)
	}
	texts := text.Embedded()[:12]
	sst2, err := text.Lookup("SST-2")
	if err != nil {
		t.Fatal(err)
	}
	examples, _, err := text.Tokenize(set.Words, sst2, texts, set.Base.Config.MaxLength())
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, set.Base)
	if err != nil {
		t.Fatal(err)
	}
	want, err := eval.Evaluate(context.Background(), e, rule, examples, false)
	if err != nil {
		t.Fatal(err)
	}
	p, err := predict.New(d, set.Base, set.Words, rule, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []predict.Prediction
	for _, n := range []int{1, 3, 2, 6} { // growing and shrinking
		some, err := p.Predict(texts[len(got) : len(got)+n])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, some...)
	}
	for i, x := range got {
		if float64(x.Label) != want.Predicted[i] || !slices.Equal(x.PerLayer, want.Kept[i]) || !slices.Equal(x.Logits, want.Logits[i]) {
			t.Errorf("example %d: %+v, want %v %v %v", i, x, want.Predicted[i], want.Kept[i], want.Logits[i])
		}
		sum := 0.0
		for _, v := range x.Probabilities {
			sum += v
		}
		if !(math.Abs(sum-1) <= 1e-12) || !(x.Probabilities[x.Label] >= 0.5) {
			t.Errorf("example %d: probabilities %v of label %d", i, x.Probabilities, x.Label)
		}
		last := x.PerLayer[len(x.PerLayer)-1]
		if len(x.Positions) != last || len(x.Tokens) != last || x.Positions[0] != 0 || x.Tokens[0] != "[CLS]" || !slices.IsSorted(x.Positions) {
			t.Errorf("example %d: %d tokens left, %v %q", i, last, x.Positions, x.Tokens)
		}
		for j, at := range x.Positions {
			if x.Tokens[j] != set.Words.Token(examples[i].IDs[at]) {
				t.Errorf("example %d: token %d is %q", i, at, x.Tokens[j])
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	d := device(t)
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	headless := *set.Base
	headless.Config.Labels = 0
	small := *set.Base
	small.Config.Vocab = 100
	for name, c := range map[string]*model.Checkpoint{"no head": &headless, "small vocabulary": &small} {
		if _, err := predict.New(d, c, set.Words, pruners.None{}, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := predict.New(d, set.Base, set.Words, pruners.None{}, 1000); err == nil {
		t.Error("longer than the positions: no error")
	}
	broken := *set.Base
	broken.Tensors = map[string]model.Tensor{}
	for n, x := range set.Base.Tensors {
		broken.Tensors[n] = x
	}
	bias := slices.Clone(broken.Tensors["head.out.bias"].Data)
	bias[0] = float32(math.NaN())
	broken.Tensors["head.out.bias"] = model.Tensor{Shape: []int{len(bias)}, Data: bias}
	p, err := predict.New(d, &broken, set.Words, pruners.None{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Predict([]text.Example{{Text: "fine"}}); err == nil {
		t.Error("NaN among the logits: no error")
	}
}
