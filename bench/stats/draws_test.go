package stats

import (
	"math"
	"slices"
	"testing"
)

// share is accuracy as a Metric.
func share(predicted, truth []float64) float64 {
	right := 0
	for i := range truth {
		if predicted[i] == truth[i] {
			right++
		}
	}
	return float64(right) / float64(len(truth))
}

// first is n examples of class 1 of which the first so many are taken for it.
func first(right, n int) (predicted, truth []float64) {
	predicted, truth = make([]float64, n), make([]float64, n)
	for i := range n {
		truth[i] = 1
		if i < right {
			predicted[i] = 1
		}
	}
	return predicted, truth
}

// The interval of a share is near the one that theory gives, and the same again for the same seed.
func TestDraws(t *testing.T) {
	predicted, truth := first(778, 872)
	score := Draws{872, Rounds, 1}.Score(share, predicted, truth)
	p := 778.0 / 872
	half := z975 * math.Sqrt(p*(1-p)/872)
	near(t, "value", score.Value, p)
	if got := score.Interval(); !(math.Abs(got.Low-(p-half)) <= 0.15*half) || !(math.Abs(got.High-(p+half)) <= 0.15*half) {
		t.Errorf("%v, theory %v", got, Interval{p - half, p + half})
	}
	if got := MeanOfSeeds([]Score{score}); got.Seeds != 1 || !(math.Abs(got.Error-half/z975) <= 0.1*half) {
		t.Errorf("%+v, theory has error %v", got, half/z975)
	}
	again := Draws{872, Rounds, 1}.Score(share, predicted, truth)
	if !slices.Equal(again.Resampled, score.Resampled) {
		t.Error("one seed, two bootstraps")
	}
	if other := (Draws{872, Rounds, 2}).Score(share, predicted, truth); slices.Equal(other.Resampled, score.Resampled) {
		t.Error("two seeds, one bootstrap")
	}
}

// Any metric of two lists can be resampled: the bootstrap's error of a correlation is Fisher's, about (1-r^2)/sqrt(n).
func TestDrawsOfCorrelation(t *testing.T) {
	const n = 1000
	x, y := make([]float64, n), make([]float64, n)
	random := newRandom(t, 5)
	for i := range x {
		x[i] = random.NormFloat64()
		y[i] = 0.8*x[i] + 0.6*random.NormFloat64()
	}
	for name, m := range map[string]Metric{"Pearson": Pearson, "Spearman": Spearman} {
		score := Draws{n, 1000, 1}.Score(m, x, y)
		want := (1 - score.Value*score.Value) / math.Sqrt(n)
		if got := MeanOfSeeds([]Score{score}); !(math.Abs(score.Value-0.8) <= 0.04) || !(got.Error >= 0.8*want && got.Error <= 1.3*want) {
			t.Errorf("%s %v with error %v, theory %v", name, score.Value, got.Error, want)
		}
	}
}
