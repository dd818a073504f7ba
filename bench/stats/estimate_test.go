package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func newRandom(t *testing.T, seed uint64) *rand.Rand {
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// With one seed a side only examples count: the paired bootstrap.
func TestCompareWeights(t *testing.T) {
	const n = 400
	a, truth := first(300, n)
	b, _ := first(280, n)
	d := Draws{n, Rounds, 1}
	x, y := d.Score(share, a, truth), d.Score(share, b, truth)
	e := Compare([]Score{x}, []Score{y})
	near(t, "difference", e.Value, 0.05)
	theory := math.Sqrt(0.05 * 0.95 / n) // 20 examples that a alone gets right; unpaired it would be three times as much
	if e.Seeds != 1 || !(math.Abs(e.Error-theory) <= 0.1*theory) {
		t.Errorf("%+v, theory has error %v", e, theory)
	}
	if i := e.Interval(0.95); i.Contains(0) || !i.Contains(0.05) || e.P() > 0.001 {
		t.Errorf("a clear difference: %v, p %v", i, e.P())
	}
	if o := Compare([]Score{y}, []Score{x}); o.Value != -e.Value || o.P() != e.P() {
		t.Errorf("the other way round: %+v", o)
	}
	if o := Compare([]Score{x}, []Score{x}); o.P() != 1 || o.Error != 1.0/n {
		t.Errorf("no difference: %+v", o)
	}
	if o := Compare([]Score{x, x}, []Score{y}); o.Seeds != 1 || o.Error != e.Error {
		t.Errorf("one side has one seed, so seeds tell nothing: %+v", o)
	}
}

// When all examples are alike (no part of the error comes from them), it is Student's t test of the seeds' values.
func TestCompareSeeds(t *testing.T) {
	scores := func(values ...float64) (list []Score) {
		for _, v := range values {
			list = append(list, Score{v, []float64{v, v}, 100})
		}
		return list
	}
	e := Compare(scores(0.90, 0.92, 0.91), scores(0.88, 0.85, 0.86))
	near(t, "difference", e.Value, 0.046666666666666745)
	near(t, "error", e.Error, 0.010540925533894607) // as SciPy's ttest_ind
	near(t, "freedom", e.Freedom, 4)
	near(t, "p", e.P(), 0.011446913230354334)
	m := MeanOfSeeds(scores(88.6, 89.1, 88.2))
	if got, want := m.Interval(0.95), Student([]float64{88.6, 89.1, 88.2}); !(math.Abs(got.Low-want.Low) <= 1e-9) || !(math.Abs(got.High-want.High) <= 1e-9) {
		t.Errorf("interval %v, Student's %v", got, want)
	}
	// Equal to the last example, but with examples that could have fallen otherwise.
	same := []Score{{0.9, []float64{0.89, 0.91}, 100}, {0.9, []float64{0.91, 0.89}, 100}}
	if e := Compare(same, []Score{{0.8, []float64{0.8, 0.82}, 100}, {0.8, []float64{0.8, 0.82}, 100}}); !(e.Error > 0) {
		t.Errorf("no error at all: %+v", e)
	}
}

// Sides whose seeds scatter by twice as much as the other's are still covered well.
func TestUnequalSeeds(t *testing.T) {
	const experiments = 4000
	random := newRandom(t, 12)
	for _, seeds := range []int{3, 5} {
		for _, ratio := range []float64{1, 2} {
			held := 0
			for range experiments {
				var sides [2][]Score
				for i, deviation := range []float64{1, ratio} {
					for range seeds {
						v := deviation * random.NormFloat64()
						sides[i] = append(sides[i], Score{v, []float64{v, v}, 100})
					}
				}
				if Compare(sides[0], sides[1]).Interval(0.95).Contains(0) {
					held++
				}
			}
			c := 100 * float64(held) / experiments
			t.Logf("%d seeds, deviations 1 and %v: %.1f %%", seeds, ratio, c)
			if c < 93 || c > 96 {
				t.Errorf("%d seeds, deviations 1 and %v: 95 %% intervals hold the truth in %.1f %%", seeds, ratio, c)
			}
		}
	}
}

// world is what runs are drawn from: a method's run on an example is right with a probability whose logit adds
// up the example's ease, what the method is to that example, and the luck of the seed.
type world struct {
	seed  float64 // deviation of seeds
	taste float64 // deviation of the methods' difference over examples
	blur  float64 // deviation that each seed has with each example, beside the coin
}

// truth is the difference of the two methods over all examples and seeds there are.
func (w world) truth(random *rand.Rand) float64 {
	const n = 50000
	sum := 0.0
	for range n {
		ease, taste := 1.5+1.5*random.NormFloat64(), w.taste*random.NormFloat64()
		sum += logistic(ease+0.3+taste+math.Hypot(w.seed, w.blur)*random.NormFloat64()) - logistic(ease+math.Hypot(w.seed, w.blur)*random.NormFloat64())
	}
	return sum / n
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// draw is an experiment: so many seeds of both methods on the same examples.
func (w world) draw(random *rand.Rand, seeds, examples int) (a, b [][]float64, truth []float64) {
	truth = make([]float64, examples)
	ease, taste := make([]float64, examples), make([]float64, examples)
	for i := range ease {
		ease[i], taste[i] = 1.5+1.5*random.NormFloat64(), w.taste*random.NormFloat64()
	}
	for s := range 2 * seeds {
		luck, said := w.seed*random.NormFloat64(), make([]float64, examples)
		for i := range said {
			logit := ease[i] + luck + w.blur*random.NormFloat64()
			if s < seeds {
				logit += 0.3 + taste[i]
			}
			if random.Float64() > logistic(logit) {
				said[i] = 1 // wrong
			}
		}
		if s < seeds {
			a = append(a, said)
		} else {
			b = append(b, said)
		}
	}
	return a, b, truth
}

// TestCoverage: the 95 % interval of a difference holds the true one about 95 % of the time, for few seeds
// and whatever the error is made of; resampling seeds and examples and taking percentiles does not.
func TestCoverage(t *testing.T) {
	const examples, rounds, experiments = 200, 100, 300
	random := newRandom(t, 11)
	for _, w := range []struct {
		name  string
		seeds []int // one seed speaks of its weights, so it is asked only where all weights are alike
		world
	}{
		{"seeds differ", []int{3, 5}, world{seed: 0.8}},
		{"examples differ", []int{1, 3}, world{taste: 1.5}},
		{"both", []int{3}, world{seed: 0.25, taste: 1}},
		{"the coin alone", []int{1, 3}, world{}},
	} {
		truth := w.truth(random)
		for _, seeds := range w.seeds {
			held, plain := 0, 0
			for e := range experiments {
				d := Draws{examples, rounds, uint64(e)}
				var scores [2][]Score
				a, b, right := w.draw(random, seeds, examples)
				for i, side := range [][][]float64{a, b} {
					for _, said := range side {
						scores[i] = append(scores[i], d.Score(share, said, right))
					}
				}
				if Compare(scores[0], scores[1]).Interval(0.95).Contains(truth) {
					held++
				}
				if percentiles(random, scores).Contains(truth) {
					plain++
				}
			}
			c, p := float64(100*held)/experiments, float64(100*plain)/experiments
			t.Logf("%s, %d seeds: %.1f %%, plain resampling %.1f %%", w.name, seeds, c, p)
			if c < 92 || c > 98.5 { // three times the frequency's own deviation

				t.Errorf("%s, %d seeds: 95 %% intervals hold the truth in %.1f %%", w.name, seeds, c)
			}
			if w.name == "seeds differ" && seeds == 3 && p > 88 {
				t.Errorf("plain resampling holds it in %.1f %%: then why the effort?", p)
			}
		}
	}
}

// percentiles is the plain bootstrap over seeds and examples.
func percentiles(random *rand.Rand, scores [2][]Score) Interval {
	var got []float64
	for r := range scores[0][0].Resampled {
		sum := 0.0
		for i, side := range scores {
			for range side {
				sum += (1 - 2*float64(i)) * side[random.IntN(len(side))].Resampled[r] / float64(len(side))
			}
		}
		got = append(got, sum)
	}
	return Interval{Percentile(got, 2.5), Percentile(got, 97.5)}
}
