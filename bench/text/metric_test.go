package text

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/results"
)

// Each metric on a case worked out by hand, and F1 about the positive label wherever a model puts it.
func TestMetrics(t *testing.T) {
	mrpc := task(t, "MRPC")
	if _, err := mrpc.alignedTo([]string{"equivalent", "different"}, "M"); err == nil || !strings.Contains(err.Error(), `M calls its labels "equivalent", "different"`) {
		t.Errorf("half of the task's labels: %v", err)
	}
	turned, err := mrpc.alignedTo([]string{"equivalent", "not_equivalent"}, "M")
	if err != nil {
		t.Fatal(err)
	}
	predicted, truth := []float64{1, 1, 0, 1}, []float64{1, 0, 0, 1}
	flip := func(x []float64) []float64 {
		y := slices.Clone(x)
		for i := range y {
			y[i] = 1 - y[i]
		}
		return y
	}
	for _, test := range []struct {
		m                Metric
		t                *Task
		predicted, truth []float64
		want             float64
	}{
		{Accuracy, mrpc, predicted, truth, 0.75},
		{F1, mrpc, predicted, truth, 0.8},
		{F1, turned, flip(predicted), flip(truth), 0.8},
		{F1, mrpc, flip(predicted), flip(truth), 2. / 3},
		{Matthews, mrpc, predicted, truth, 1 / math.Sqrt(3)},
		{Pearson, mrpc, []float64{1, 2, 3}, []float64{2, 4, 6}, 1},
		{Spearman, mrpc, []float64{1, 2, 30}, []float64{6, 4, 2}, -1},
	} {
		if got := test.m.Of(test.t, test.predicted, test.truth); !(math.Abs(got-test.want) <= 1e-12) {
			t.Errorf("%s is %g, not %g", test.m.Name, got, test.want)
		}
	}
}

// What holds for every metric: its unit is registered as a counted score with a range, correct predictions have
// the best value, others one within the range, in any order of the examples.
func TestEveryMetric(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	seen := map[string]bool{}
	for _, m := range Metrics() {
		t.Run(m.Name, func(t *testing.T) {
			u := results.UnitOf(m.Unit)
			if seen[m.Unit] || !u.Score || !u.Counted || u.Doc == "" || !(u.Low < u.High) || math.IsInf(u.High, 1) {
				t.Errorf("unit %+v", u)
			}
			seen[m.Unit] = true
			task := &Task{Labels: []string{"a", "b"}, Positive: 1} // of sets of two there are four
			predicted, truth := make([]float64, 40), make([]float64, 40)
			for i := range truth {
				truth[i], predicted[i] = float64(i%4), float64(random.IntN(4))
			}
			best := u.High
			if u.Better == results.Lower {
				best = u.Low
			}
			if got := m.Of(task, truth, truth); !(math.Abs(got-best) <= 1e-12) {
				t.Errorf("correct predictions have %g, not %g", got, best)
			}
			value := m.Of(task, predicted, truth)
			if u.Clamp(value) != value {
				t.Errorf("%g is out of range", value)
			}
			random.Shuffle(len(truth), func(i, j int) {
				truth[i], truth[j] = truth[j], truth[i]
				predicted[i], predicted[j] = predicted[j], predicted[i]
			})
			if got := m.Of(task, predicted, truth); !(math.Abs(got-value) <= 1e-12) {
				t.Errorf("in another order of the examples %g becomes %g", value, got)
			}
		})
	}
}

func TestTruth(t *testing.T) {
	all := []Example{{Label: 1, Score: 2.5}, {Label: 0, Score: 3}}
	if got := task(t, "MRPC").Truth(all); !slices.Equal(got, []float64{1, 0}) {
		t.Errorf("labels: %v", got)
	}
	if got := (&Task{Labels: []string{"a"}, Several: true}).Truth([]Example{{Set: 5}, {}}); !slices.Equal(got, []float64{5, 0}) {
		t.Errorf("sets: %v", got)
	}
	if got := task(t, "STS-B").Truth(all); !slices.Equal(got, []float64{2.5, 3}) {
		t.Errorf("scores: %v", got)
	}
}
