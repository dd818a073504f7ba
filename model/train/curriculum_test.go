package train_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestCurricula: every registered curriculum's examples parse, say how long they take, and those that
// cannot be are refused with what would do.
func TestCurricula(t *testing.T) {
	for _, e := range train.Curricula() {
		if !strings.HasPrefix(e.Doc, "curriculum: ") || !strings.Contains(e.Doc, "arXiv") || len(e.Examples) == 0 {
			t.Errorf("%s lacks a doc with its source, or an example", e.Name)
		}
		for _, text := range e.Examples {
			c, err := train.ParseCurriculum(text)
			if err != nil {
				t.Fatal(err)
			}
			if o := c.Over(); (o.Steps > 0) == (o.Until > 0) {
				t.Errorf("%s takes %+v", text, o)
			}
		}
	}
	for text, want := range map[string]string{
		"suffix":                    "there are: grow, prefix, weight",
		"prefix:from=0":             "not a number from 1e-09 to 1",
		"prefix:until=1.5":          "not a number from 1e-09 to 1",
		"prefix:steps=0":            "not a whole number from 1",
		"prefix:steps=5,until=0.5":  "say the same",
		"prefix:to=1":               "prefix takes: from, until, steps",
		"grow:from=2":               "not a number from 0 to 1",
		"grow:to=goal":              "to=goal is not a number",
		"grow:shape=square":         "none of linear, cosine",
		"weight:gamma0=NaN":         "not a number",
		"weight:from=1":             "takes: gamma0, until, steps",
		"prefix:from=0.3,from=0.4x": "given twice",
	} {
		if _, err := train.ParseCurriculum(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	c, _ := train.ParseCurriculum("prefix:steps=100")
	if err := train.CheckCurriculum(c, 99); err == nil || !strings.Contains(err.Error(), "it takes 100 steps, and the stage has 99: give at most steps=99") {
		t.Errorf("a curriculum that ends beyond the stage: %v", err)
	}
	if err := train.CheckCurriculum(c, 100); err != nil {
		t.Error(err)
	}
}

// TestPrefix: a text's first tokens remain, as many as the share of the step asks for; special tokens
// stay, the longer of a pair is shortened first, and it grows to the whole text.
func TestPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0.05, 1).Draw(t, "from")
		text := fmt.Sprintf("prefix:from=%v,until=0.5", from)
		c, err := train.ParseCurriculum(text)
		if err != nil {
			t.Fatal(err)
		}
		a, b := rapid.IntRange(0, 20).Draw(t, "a"), rapid.IntRange(0, 20).Draw(t, "b")
		x := train.Example{Sequence: ragged.Sequence{IDs: []int32{-1}, Segments: []int32{0}, First: 1, Lengths: [2]int{a, 0}}}
		for i := range a {
			x.IDs, x.Segments = append(x.IDs, int32(i)), append(x.Segments, 0)
		}
		x.IDs, x.Segments = append(x.IDs, -2), append(x.Segments, 0)
		if rapid.Bool().Draw(t, "pair") {
			x.Second, x.Lengths[1] = len(x.IDs), b
			for i := range b {
				x.IDs, x.Segments = append(x.IDs, int32(100+i)), append(x.Segments, 1)
			}
			x.IDs, x.Segments = append(x.IDs, -3), append(x.Segments, 1)
		} else {
			b = 0
		}
		x.TeacherIDs = slices.Clone(x.IDs)
		whole := slices.Clone(x.IDs)
		before := 0
		for step := range 21 {
			y := c.(train.Cutter).Cut(train.Progress{Step: step, Steps: 20}, x)
			n := int(math.Ceil((from+(1-from)*min(1, float64(step)/10))*float64(a+b) - 1e-9))
			if y.Lengths[0]+y.Lengths[1] != n || len(y.IDs) != len(whole)-a-b+n || len(y.Segments) != len(y.IDs) || !slices.Equal(y.TeacherIDs, y.IDs) {
				t.Fatalf("step %d: %d of %d+%d tokens remain, %+v", step, n, a, b, y)
			}
			if step >= 10 && !slices.Equal(y.IDs, whole) {
				t.Fatalf("step %d: %v", step, y.IDs)
			}
			if n < before {
				t.Fatalf("step %d: %d tokens after %d", step, n, before)
			}
			before = n
			var want []int32 // by its meaning: cut the longer, of equals the second, until it fits
			ka, kb := a, b
			for ka+kb > n {
				if ka > kb {
					ka--
				} else {
					kb--
				}
			}
			if b > 0 && max(ka, kb)-min(ka, kb) > 1 && min(ka, kb) < min(a, b) {
				t.Fatalf("%d and %d of %d and %d remain", ka, kb, a, b)
			}
			for _, id := range whole {
				if id < 0 || id < 100 && int(id) < y.Lengths[0] || id >= 100 && int(id) < 100+y.Lengths[1] {
					want = append(want, id)
				}
			}
			if !slices.Equal(y.IDs, want) || abs(y.Lengths[0]-ka) > 1 {
				t.Fatalf("step %d: %v, want %v with about %d of the first", step, y.IDs, want, ka)
			}
			if x.Second > 0 && (y.IDs[y.Second-1] != -2 || y.Segments[y.Second] != 1) {
				t.Fatalf("the second text begins at %d of %v", y.Second, y.IDs)
			}
		}
		if !slices.Equal(x.IDs, whole) {
			t.Fatal("the example itself was cut")
		}
	})
}

func abs(x int) int { return max(x, -x) }

// TestGrow: a rule drops nothing in the first step, more from step to step, and is itself at the end.
func TestGrow(t *testing.T) {
	for text, want := range map[string][]float64{
		"grow:until=1":                       {0, 0.25, 0.5, 0.75, 1},
		"grow:until=0.5":                     {0, 0.5, 1, 1, 1},
		"grow:steps=1":                       {0, 1, 1, 1, 1},
		"grow:from=0.5,to=0.1,until=1":       {0.5, 0.6, 0.7, 0.8, 0.9},
		"grow:shape=cosine,until=1":          {0, 0.1464466094, 0.5, 0.8535533906, 1},
		"grow:from=1,to=target,shape=linear": {0, 0.5, 1, 1, 1},
	} {
		c, err := train.ParseCurriculum(text)
		if err != nil {
			t.Fatal(err)
		}
		for step, w := range want {
			if got := c.(train.Grower).Grown(train.Progress{Step: step, Steps: 4}); math.Abs(got-w) > 1e-9 {
				t.Errorf("%s: step %d has %v, want %v", text, step, got, w)
			}
		}
	}
}

// TestGrowing: each step's gradient is that of the rule grown so far; what cannot grow is refused.
func TestGrowing(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		rule, err := pruners.Parse("topk:keep=0.3")
		if err != nil {
			t.Fatal(err)
		}
		grow, err := train.ParseCurriculum("grow:until=1")
		if err != nil {
			t.Fatal(err)
		}
		norm := func(step int, o train.Options) float64 {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			o.Steps = 2
			trainer, err := train.New(e, size, o)
			if err != nil {
				t.Fatal(err)
			}
			defer trainer.Close()
			for range step { // with a learning rate of 0
				if _, err := trainer.Step(b); err != nil {
					t.Fatal(err)
				}
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			if p := trainer.Pruner(); o.Curriculum != nil && p.Spec().String() != rule.Spec().String() {
				t.Errorf("the stage's rule is %s", p.Spec())
			}
			return r.GradNorm
		}
		for step, share := range []float64{0, 0.5} {
			grown, ok := pruners.Grow(rule, share)
			if !ok {
				t.Fatal("topk does not grow")
			}
			got, want := norm(step, train.Options{Curriculum: grow, Passes: []train.Pass{{Pruner: rule}}}), norm(step, one(train.Pass{Pruner: grown}))
			if got != want {
				t.Errorf("step %d: gradient norm %v, want %v", step, got, want)
			}
		}
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		fixed, err := pruners.Parse("evit:rate=0.5")
		if err != nil {
			t.Fatal(err)
		}
		for want, p := range map[string]train.Pass{"no pass of the stage drops tokens": {}, "evit:rate=0.5 cannot drop less at first": {Pruner: fixed}, "cannot be steered": {Pruner: rule, Steer: train.BudgetFactor(0.5)}} {
			if _, err := train.New(e, size, train.Options{Steps: 9, Curriculum: grow, Passes: []train.Pass{p}}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
	})
}

// TestWeight: weights of single tokens change the gradient to that of the weighted loss, and weights
// of 1 leave it as it is.
func TestWeight(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		other := c.Clone()
		for i := range other.Tensors["layer.0.norm2.bias"].Data {
			other.Tensors["layer.0.norm2.bias"].Data[i] += 0.3 * float32(math.Sin(float64(i)))
		}
		teacher, err := model.New(d, other)
		if err != nil {
			t.Fatal(err)
		}
		defer teacher.Close()
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		for _, text := range []string{"token-labels", "token-labels:target=hidden"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			results := map[string]train.Result{}
			for _, weight := range []string{"", "weight:gamma0=1", "weight:gamma0=0.6"} {
				o := train.Options{Teacher: teacher, Steps: 10}
				if weight != "" {
					if o.Curriculum, err = train.ParseCurriculum(weight); err != nil {
						t.Fatal(err)
					}
				}
				passes := func() []train.Pass { return []train.Pass{{Terms: []train.Term{term}}} }
				if weight == "weight:gamma0=0.6" && !gradient(t, text+" "+weight, n, c, d, o, passes) {
					t.Error("no gradient was compared")
				}
				o.Passes = passes()
				e, err := model.NewTrainable(d, c)
				if err != nil {
					t.Fatal(err)
				}
				trainer, err := train.New(e, size, o)
				if err != nil {
					t.Fatal(err)
				}
				if results[weight], err = trainer.Grad(b); err != nil {
					t.Fatal(err)
				}
				trainer.Close()
				e.Close()
			}
			plain, even, soft := results[""], results["weight:gamma0=1"], results["weight:gamma0=0.6"]
			near(t, text+" weighed evenly", even.Loss, plain.Loss, 1e-5*(1+plain.Loss))
			near(t, text+" weighed evenly, gradient norm", even.GradNorm, plain.GradNorm, 1e-4*plain.GradNorm)
			if soft.Loss == plain.Loss {
				t.Errorf("%s: weights change nothing", text)
			}
		}
	})
}
