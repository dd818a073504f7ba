package eval

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"ltpbench/bench/recipe"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

func encoder(t *testing.T) *model.Encoder {
	t.Helper()
	d, err := hw.Open("cpu", hw.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	c, err := model.Load("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func examples(n int) []train.Example {
	random := rand.New(rand.NewPCG(1, 0))
	list := make([]train.Example, n)
	for i := range list {
		ids := []int32{2}
		for range 1 + random.IntN(30) {
			ids = append(ids, int32(5+random.IntN(190)))
		}
		list[i].IDs = append(ids, 3)
		list[i].Segments = make([]int32, len(list[i].IDs))
		list[i].Target = []float32{1, 0}
	}
	return list
}

var rules = []pruners.Pruner{pruners.None{}, pruners.Threshold{Final: 0.01, Divisor: pruners.Padded}, pruners.TopK{Rate: 0.2, Start: 1}, pruners.Random{Share: 0.5, Seed: 1}}

// The exact pass agrees with the evaluation that training uses, with and without the shortcut.
func TestEvaluate(t *testing.T) {
	e, all := encoder(t), examples(70)
	for _, rule := range rules {
		want, err := recipe.Evaluate(e, rule, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, whole := range []bool{false, true} {
			x, err := Evaluate(context.Background(), e, rule, all, whole)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(x.Logits, want.Logits) || !reflect.DeepEqual(x.Kept, want.Kept) || !slices.Equal(x.Predicted, want.Predictions) || x.Work.Relative(x.None).Paper != want.Paper {
				t.Errorf("%s: the exact pass is not the evaluation", rule.Spec())
			}
			if !whole && x.None.Executed >= x.None.Paper || whole && x.None.Executed != x.None.Paper {
				t.Errorf("whole %v: executed %d, paper %d", whole, x.None.Executed, x.None.Paper)
			}
		}
	}
}

// ranking is a rule like any other that says that it ranks.
type ranking struct {
	pruners.Relative
	ranks bool
}

func (r ranking) Ranks() bool { return r.ranks }

// The selection of a rule that ranks is counted as a sort, whatever the rule.
func TestRanker(t *testing.T) {
	e, all := encoder(t), examples(20)
	ops := func(rule pruners.Pruner) int64 {
		x, err := Evaluate(context.Background(), e, rule, all, false)
		if err != nil {
			t.Fatal(err)
		}
		return x.Work.Selection
	}
	rule := pruners.Relative{T: 0.3}
	compared, ranked := ops(rule), ops(ranking{rule, true})
	if compared == 0 || ranked <= compared || ops(ranking{rule, false}) != compared {
		t.Errorf("%d operations for a rule that compares, %d for one that ranks, %d if it says no", compared, ranked, ops(ranking{rule, false}))
	}
	if r, ok := pruners.Pruner(pruners.TopK{Rate: 0.2, Start: 1}).(pruners.Ranker); !ok || !r.Ranks() {
		t.Error("top-k does not rank")
	}
}

// Equal sets have equal strings and different ones, of equal sizes even, do not.
func TestSets(t *testing.T) {
	e, all := encoder(t), examples(20)
	sets := func(rule pruners.Pruner) *Exact {
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
	all := examples(50)
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
