package eval

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"ltpbench/bench/evaltest"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

var rules = []pruners.Pruner{pruners.None{}, pruners.Threshold{Final: 0.01, Divisor: pruners.Padded}, pruners.TopK{Rate: 0.2, Start: 1}, pruners.Random{Share: 0.5, Seed: 1}}

// What Evaluate finds in batches is what each example gives on its own.
func TestEvaluate(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(70)
	c := &e.Config
	for _, rule := range rules {
		x, err := Evaluate(context.Background(), e, rule, all, false)
		if err != nil {
			t.Fatal(err)
		}
		var paper, none int64
		for i, one := range all {
			b := ragged.Pack(one)
			r, err := model.NewHardRun(e, rule, Size([]ragged.Batch{b}), model.Options{FullLastLayer: true})
			if err != nil {
				t.Fatal(err)
			}
			r.Load(b)
			m := e.Forward(r)
			if err := r.Sync(); err != nil {
				t.Fatal(err)
			}
			logits := make([]float32, m.Cols)
			e.Device.Read(logits, m)
			_, alive, kept := r.Counts()
			if !slices.Equal(x.Logits[i], logits) || !slices.Equal(x.Kept[i], kept[0]) || x.Predicted[i] != Prediction(c, logits) {
				t.Errorf("%s, example %d: %v, %v, %v; on its own %v, %v", rule.Spec(), i, x.Logits[i], x.Kept[i], x.Predicted[i], logits, kept[0])
			}
			paper, none = paper+model.Paper(c, alive[0], kept[0]), none+model.Full(c, len(one.IDs))
		}
		if x.Work.Paper != paper || x.None.Paper != none {
			t.Errorf("%s: %d of %d paper FLOPs, on their own %d of %d", rule.Spec(), x.Work.Paper, x.None.Paper, paper, none)
		}
		whole, err := Evaluate(context.Background(), e, rule, all, true)
		if err != nil {
			t.Fatal(err)
		}
		if x.None.Executed >= x.None.Paper || whole.None.Executed != whole.None.Paper {
			t.Errorf("%s: executed %d of %d paper FLOPs with the shortcut, %d without", rule.Spec(), x.None.Executed, x.None.Paper, whole.None.Executed)
		}
	}
}

// A runner's memory grows with its batches, and a batch that fits allocates nothing but what it returns.
func TestRunner(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(40)
	r := NewRunner(e, pruners.TopK{Rate: 0.2, Start: 1}, model.Options{FullLastLayer: true})
	for _, n := range []int{1, 40, 3} {
		b := ragged.Pack(all[:n]...)
		logits, err := r.Logits(b)
		if err != nil || len(logits) != n {
			t.Fatalf("%d logits of %d sequences: %v", len(logits), n, err)
		}
	}
	b := ragged.Pack(all[:8]...)
	if n := testing.AllocsPerRun(5, func() {
		if _, err := r.Run(b); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("a batch that fits allocates %v times", n)
	}
	ctx, stop := context.WithCancel(context.Background())
	seen := 0
	if err := r.Each(ctx, all, func(i int, x Result) {
		seen++
		stop()
	}); !errors.Is(err, context.Canceled) || seen != 32 {
		t.Errorf("stopped in the first batch, ended after %d examples: %v", seen, err)
	}
}

// Equal logits are the first class; probabilities add up to 1, of large logits too.
func TestLogits(t *testing.T) {
	c, several := &model.Config{}, &model.Config{Problem: model.MultiLabel}
	if Prediction(c, []float32{1, 3, 3}) != 1 || Prediction(c, []float32{-2.5}) != -2.5 || Prediction(several, []float32{1, -3, 0}) != 5 || Prediction(several, []float32{2}) != 1 {
		t.Error("wrong predictions")
	}
	p := Softmax([]float32{1000, 1000, 998})
	if sum := p[0] + p[1] + p[2]; math.Abs(sum-1) > 1e-12 || p[0] != p[1] || math.Abs(p[2]/p[0]-math.Exp(-2)) > 1e-12 {
		t.Errorf("%v", p)
	}
}

// The selection of a rule that ranks is counted as a sort, of others as comparisons; a layer
// that is read and decides nothing has no choice.
func TestSelection(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(20)
	for _, c := range []struct {
		rule string
		cost pruners.Cost
	}{{"relative:t=0.3", pruners.Compares}, {"topk:rate=0.2,start=1", pruners.Ranks}, {"topk:rate=0.2,start=2,score=accumulated", pruners.Ranks}} {
		rule, err := pruners.Parse(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		x, err := Evaluate(context.Background(), e, rule, all, true)
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		for i, kept := range x.Kept {
			for l, n := 0, len(all[i].IDs); l < len(kept); l++ {
				if score := rule.Score(l, len(kept)); score.Kind != 0 {
					want += model.Reading(&e.Config, score, n)
				}
				if pruners.Decides(rule, l, len(kept)) {
					want += model.Choosing(n, c.cost)
				}
				n = kept[l]
			}
		}
		if x.Work.Selection != want || want == 0 {
			t.Errorf("%s: selection takes %d operations, want %d", c.rule, x.Work.Selection, want)
		}
	}
}

// Equal sets have equal strings and different ones, of equal sizes even, do not.
func TestSets(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(20)
	sets := func(rule pruners.Pruner) *Evaluation {
		x, err := Evaluate(context.Background(), e, rule, all, false)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	a, again, b := sets(pruners.Random{Share: 0.5, Seed: 1}), sets(pruners.Random{Share: 0.5, Seed: 1}), sets(pruners.Random{Share: 0.5, Seed: 2})
	differ := 0
	for i := range all {
		if a.Sets[i] != again.Sets[i] {
			t.Errorf("example %d: the same sets are %s and %s", i, a.Sets[i], again.Sets[i])
		}
		if !slices.Equal(a.Kept[i], b.Kept[i]) {
			t.Fatalf("example %d: another seed keeps another number", i)
		}
		if a.Sets[i] != b.Sets[i] {
			differ++
		}
	}
	if differ < 10 {
		t.Errorf("only %d of 20 sets of another seed differ", differ)
	}
}

func TestPack(t *testing.T) {
	all := evaltest.Examples(50)
	count := func(how Batching) (rows int) {
		for _, b := range Pack(all, how) {
			n := b.Seqs.Rows()
			rows += n
			if how.Tokens > 0 && n > how.Tokens && b.Seqs.Count() > 1 || how.Tokens == 0 && b.Seqs.Count() > how.Sequences {
				t.Errorf("%+v: a batch of %d sequences and %d rows", how, b.Seqs.Count(), n)
			}
		}
		return rows
	}
	want := 0
	for _, x := range all {
		want += len(x.IDs)
	}
	for _, how := range []Batching{{Sequences: 8}, {Sequences: 100}, {Tokens: 64}, {Tokens: 3}, {Tokens: 64, Sorted: true}} {
		if got := count(how); got != want {
			t.Errorf("%+v: %d rows of %d", how, got, want)
		}
	}
	last := 0
	for _, b := range Pack(all, Batching{Sequences: 1, Sorted: true}) {
		if n := b.Seqs.Rows(); n < last {
			t.Errorf("%d rows after %d: not sorted", n, last)
		} else {
			last = n
		}
	}
}
