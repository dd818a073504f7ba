package verdict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/results"
)

const examples = 400

// fake is a point of a run: right in this share of examples, the hard ones wrong first, with some luck.
type fake struct {
	method  string
	budget  string
	seed    int // 0: the name has none
	flops   float64
	speedup float64 // 0: not timed
	right   float64
	luck    float64 // share of answers thrown about
	untuned bool
}

func (f fake) point() results.Point {
	p := results.Point{Name: "Sweep", Procs: 2, Iters: examples}
	key := func(name, value string) {
		if value != "" {
			p.Keys = append(p.Keys, results.Key{Name: name, Value: value})
		}
	}
	key(results.KeyMethod, f.method)
	key(results.KeySpec, fmt.Sprintf("%s:x=%s", f.method, results.Decimal(f.flops)))
	key(results.KeyBudget, f.budget)
	if f.seed > 0 {
		key(results.KeySeed, fmt.Sprint(f.seed))
	}
	if f.untuned {
		key(results.KeyTuned, "no")
	} else {
		key(results.KeyTuned, "yes")
	}
	return p
}

// run makes a run of fakes, none first.
func run(list ...fake) *results.Run {
	r := &results.Run{Record: &results.Record{Path: "fake.txt"}}
	for i, f := range append([]fake{{method: "none", flops: 1, speedup: 1, right: 0.9}}, list...) {
		p, hits := f.point(), 0
		random := rand.New(rand.NewPCG(7, uint64(i)))
		for e := range examples {
			said := 0.0
			if float64(e) < f.right*examples != (random.Float64() < f.luck) {
				said, hits = 1, hits+1
			}
			r.Predictions = append(r.Predictions, results.Prediction{Point: fullName(&p), Example: e, Label: 1, Prediction: said})
		}
		p.Values = []results.Value{{Unit: results.Accuracy, Value: float64(hits) / examples}, {Unit: results.PaperRatio, Value: f.flops}}
		if f.speedup > 0 {
			p.Values = append(p.Values, results.Value{Unit: results.Speedup, Value: f.speedup})
			if f.method != "none" {
				p.Values = append(p.Values, results.Value{Unit: "speedup-low", Value: f.speedup - 0.02}, results.Value{Unit: "speedup-high", Value: f.speedup + 0.02})
			}
		}
		r.Points = append(r.Points, p)
	}
	return r
}

func of(t *testing.T, r *results.Run) *Verdict {
	t.Helper()
	v, err := Of(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOneSeed(t *testing.T) {
	low, high := fake{method: "topk", flops: 0.4, speedup: 2.2, right: 0.75}, fake{method: "topk", flops: 0.8, speedup: 1.2, right: 0.85}
	for _, c := range []struct {
		name   string
		points []fake
		want   []string
		not    []string
	}{
		{"better", []fake{low, high, {method: "threshold", budget: "0.6", flops: 0.6, speedup: 1.5, right: 0.9}},
			[]string{"For these weights (one training seed, 400 examples", "at equal FLOPs threshold is better at 0.60 (+10.0 points [", "At equal measured time threshold is better at 1.50x (", "against topk, interpolated", "all 2 comparisons"},
			[]string{"worse", "recipe", "Not reachable", "fine-tuned", "Left out"}},
		{"worse", []fake{low, high, {method: "threshold", flops: 0.6, speedup: 1.5, right: 0.7}},
			[]string{"is worse at 0.60 (-10.0 points ["}, []string{"better at"}},
		{"even", []fake{low, high, {method: "threshold", flops: 0.6, speedup: 1.5, right: 0.802}},
			[]string{"FLOPs threshold is not significantly different at 0.60", "time threshold is not significantly different at 1.50x"}, []string{"better at", "worse at"}},
		{"the better schedule", []fake{low, high, {method: "topk:start=1", flops: 0.4, right: 0.9}, {method: "topk:start=1", flops: 0.8, right: 0.9}, {method: "threshold", flops: 0.6, right: 0.86}},
			[]string{"worse at 0.60 (-4.0 points", "the best of the other methods"}, []string{"better at 0.60", "measured time"}},
		{"not reachable", []fake{low, high, {method: "threshold", flops: 0.3, speedup: 2.1, right: 0.5}, {method: "threshold", flops: 0.6, speedup: 1.5, right: 0.8}},
			[]string{"Not reachable: by topk 0.30 of FLOPs."}, []string{"0.30 ("}},
		{"untuned", []fake{{method: "topk", flops: 0.4, right: 0.7, untuned: true}, {method: "topk", flops: 0.8, right: 0.8, untuned: true}, {method: "threshold", flops: 0.6, right: 0.7, untuned: true}},
			[]string{"at equal FLOPs threshold, not fine-tuned, is"}, nil},
		{"tuned and untuned are not mixed", []fake{low, high, {method: "threshold", flops: 0.6, right: 0.7, untuned: true}},
			[]string{"nothing is compared", "Left out: threshold, not fine-tuned: no point of another method made the same way."}, []string{"t equal"}},
		{"no thresholds", []fake{low, high}, []string{"nothing is compared"}, []string{"t equal"}},
		{"a method that is no schedule", []fake{{method: "mine", flops: 0.4, right: 0.9}, {method: "mine", flops: 0.8, right: 0.9}, {method: "threshold", flops: 0.6, right: 0.86}},
			[]string{"threshold is worse at 0.60 (-4.0 points", "against mine, interpolated"}, nil},
		{"headline rules are not compared with each other", []fake{low, high, {method: "threshold", flops: 0.6, right: 0.9}, {method: "threshold:divisor=alive", flops: 0.6, right: 0.9}},
			[]string{"FLOPs threshold is better", "FLOPs threshold:divisor=alive is better", "all 2 comparisons"}, nil},
	} {
		got := of(t, run(c.points...)).String()
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q lacks %q", c.name, got, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q has %q", c.name, got, not)
			}
		}
	}
}

// What the record says its plan compares is compared, and nothing else.
func TestCompare(t *testing.T) {
	r := run(fake{method: "topk", flops: 0.4, right: 0.7}, fake{method: "topk", flops: 0.8, right: 0.8}, fake{method: "threshold", flops: 0.6, right: 0.8},
		fake{method: "mine", flops: 0.5, right: 0.9}, fake{method: "other", flops: 0.4, right: 0.5}, fake{method: "other", flops: 0.6, right: 0.5})
	for named, want := range map[string][]string{
		"":                          {"threshold topk", "threshold other"},
		"mine topk":                 {"mine topk"},
		"mine topk other":           {"mine topk", "mine other"},
		"threshold topk; mine topk": {"threshold topk", "mine topk"},
		"topk threshold":            {},
		"gone topk":                 {},
	} {
		r.Config = []results.Key{{Name: results.KeyCompare, Value: named}}
		v := of(t, r)
		got := []string{}
		for _, c := range v.Comparisons {
			got = append(got, c.Method+" "+c.Rival)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("compare: %q compares %q, want %q", named, got, want)
		}
		if named == "gone topk" && !strings.Contains(v.String(), "Left out: gone: no point, though the plan compares it") {
			t.Error(v.String())
		}
	}
}

// seeds makes a point with three of them, whose accuracies lie that far apart.
func seeds(f fake, apart float64) (list []fake) {
	for s := range 3 {
		f.seed = s + 1
		g := f
		g.right += apart * float64(s-1)
		g.flops += 0.001 * float64(s)
		if strings.HasPrefix(f.method, "topk") {
			g.flops = f.flops
		}
		list = append(list, g)
	}
	return list
}

func TestSeveralSeeds(t *testing.T) {
	points := func(apart, right float64) (list []fake) {
		list = append(list, seeds(fake{method: "topk", budget: "0.4", flops: 0.4, right: 0.7}, apart)...)
		list = append(list, seeds(fake{method: "topk", budget: "0.8", flops: 0.8, right: 0.8}, apart)...)
		return append(list, seeds(fake{method: "threshold", budget: "0.6", flops: 0.6, right: right}, apart)...)
	}
	v := of(t, run(points(0.005, 0.85)...))
	if v.Seeds != 3 || len(v.Comparisons) != 1 {
		t.Fatalf("%+v", v)
	}
	if c := v.Comparisons[0]; !c.Significant() || c.Budget != "0.6" || !(math.Abs(c.Cost-0.601) <= 1e-12) || !(math.Abs(c.Difference.Value-0.1) <= 0.001) {
		t.Errorf("%+v", c)
	}
	if got := v.String(); !strings.Contains(got, "For this recipe (3 training seeds a side or more, 400 examples)") || !strings.Contains(got, "better at 0.60 (+10.0 points") || strings.Contains(got, "weights") {
		t.Error(got)
	}
	// The same difference, but seeds that scatter by as much, shows nothing.
	if got := of(t, run(points(0.1, 0.85)...)).String(); !strings.Contains(got, "not significantly different at 0.60 (+10.0 points") {
		t.Error(got)
	}
	// A point whose third seed is still to come is named and not compared.
	short := points(0.005, 0.85)
	short = short[:len(short):len(short)]
	v = of(t, run(append(short, fake{method: "threshold", budget: "0.7", seed: 1, flops: 0.7, right: 0.8})...))
	if got := v.String(); len(v.Comparisons) != 1 || !strings.Contains(got, "Left out: threshold at 0.7 has seeds 1 in place of 1 2 3.") {
		t.Error(got)
	}
	// So is one of as many seeds, but of others.
	others := seeds(fake{method: "threshold", budget: "0.7", flops: 0.7, right: 0.8}, 0.005)
	for i := range others {
		others[i].seed++
	}
	v = of(t, run(append(short, others...)...))
	if got := v.String(); len(v.Comparisons) != 1 || !strings.Contains(got, "Left out: threshold at 0.7 has seeds 2 3 4 in place of 1 2 3.") {
		t.Error(got)
	}
}

// One verdict is corrected for all its comparisons: what is significant alone no longer is among many.
func TestCorrected(t *testing.T) {
	lone := []fake{{method: "topk", flops: 0.2, right: 0.8, luck: 0.05}, {method: "topk", flops: 0.9, right: 0.8, luck: 0.05}, {method: "threshold", flops: 0.5, right: 0.831, luck: 0.05}}
	c := of(t, run(lone...)).Comparisons[0]
	if !c.Significant() || c.Corrected != c.P || c.Interval.Contains(0) {
		t.Fatalf("alone: %+v", c)
	}
	many := lone
	for i := range 10 {
		many = append(many, fake{method: "threshold", flops: 0.6 + 0.01*float64(i), right: 0.8, luck: 0.05})
	}
	v := of(t, run(many...))
	if c := v.Comparisons[0]; len(v.Comparisons) != 11 || c.Significant() || c.P > 0.05 || !c.Interval.Contains(0) {
		t.Errorf("among 11: %+v", c)
	}
}

// Any metric of a record is tested.
func TestMetrics(t *testing.T) {
	points := []fake{{method: "topk", flops: 0.4, right: 0.7}, {method: "topk", flops: 0.8, right: 0.8}, {method: "threshold", flops: 0.6, right: 0.9}}
	for _, unit := range []string{results.F1, results.Matthews, results.Pearson, results.Spearman} {
		r := run(points...)
		for i := range r.Predictions { // five classes, or values, that wrong answers mix up
			p := &r.Predictions[i]
			p.Label = float64(p.Example % 5)
			p.Prediction = math.Mod(p.Label+(1-p.Prediction)*float64(p.Example%3), 5)
		}
		score, err := metric(r, unit)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := gather(r)
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Points {
			r.Points[i].Values[0] = results.Value{Unit: unit, Value: score(all.of[fullName(&r.Points[i])], all.truth)}
		}
		v := of(t, r)
		if v.Metric != unit || len(v.Comparisons) != 1 || !v.Comparisons[0].Significant() || v.Comparisons[0].Difference.Value < 0.02 {
			t.Errorf("%s: %+v", unit, v)
		}
	}
}

func TestBadRuns(t *testing.T) {
	points := []fake{{method: "topk", flops: 0.4, right: 0.7}, {method: "topk", flops: 0.8, right: 0.8}, {method: "threshold", flops: 0.6, right: 0.9}}
	for name, c := range map[string]struct {
		spoil func(r *results.Run)
		want  string
	}{
		"two labels":        {func(r *results.Run) { r.Predictions[3].Label = 0 }, "two labels"},
		"another's answers": {func(r *results.Run) { r.Predictions[len(r.Predictions)-1].Prediction = 1 }, "not of one run"},
		"no metric": {func(r *results.Run) {
			for i := range r.Points {
				r.Points[i].Values = r.Points[i].Values[1:]
			}
		}, "not of one run"},
	} {
		r := run(points...)
		c.spoil(r)
		if _, err := Of(r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	r := run(points...)
	r.Predictions = r.Predictions[:len(r.Predictions)-1]
	if got := of(t, r).String(); !strings.Contains(got, "nothing is compared") || !strings.Contains(got, "399 of 400 examples") {
		t.Errorf("predictions cut off: %q", got)
	}
	r.Predictions = nil
	if got := of(t, r).String(); !strings.Contains(got, "there are none beside the record") {
		t.Errorf("no predictions: %q", got)
	}
}
