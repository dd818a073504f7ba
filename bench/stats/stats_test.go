package stats

import (
	"math"
	"slices"
	"testing"
)

// near compares with a value worked out by SciPy or scikit-learn.
func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*(1+math.Abs(want))) {
		t.Errorf("%s: %.15g, want %.15g", name, got, want)
	}
}

func TestSummary(t *testing.T) {
	runs := []float64{88.6, 89.1, 88.2}
	near(t, "deviation", Deviation(runs), 0.45092497528228537)
	i := Student(runs)
	near(t, "low", i.Low, 87.51317359706451)
	near(t, "high", i.High, 89.75349306960214)
	if !i.Contains(88.6) || i.Contains(87.5) || i.Contains(math.NaN()) {
		t.Error("Contains")
	}
	if i := Student(runs[:1]); !math.IsInf(i.Low, -1) || !math.IsInf(i.High, 1) {
		t.Errorf("one run: %v", i)
	}
	x := []float64{3, 1, 4, 1, 5, 9, 2, 6}
	before := slices.Clone(x)
	for p, want := range map[float64]float64{0: 1, 2.5: 1, 50: 3.5, 95: 7.95, 99: 8.79, 100: 9} {
		near(t, "percentile", Percentile(x, p), want)
	}
	if !slices.Equal(x, before) {
		t.Error("Percentile changed its argument")
	}
	near(t, "percentile of one", Percentile([]float64{7}, 99), 7)
}

func TestClassification(t *testing.T) {
	p, l := []int{0, 1, 1, 0, 1, 0, 1, 1, 0, 1}, []int{0, 1, 0, 0, 1, 1, 1, 1, 0, 0}
	near(t, "Matthews", Matthews(p, l), 0.408248290463863)
	near(t, "F1", F1(p, l, 1), 0.7272727272727273)
	near(t, "F1 of 0", F1(p, l, 0), 0.6666666666666666)
	near(t, "F1 of nothing", F1(p, l, 2), 0)
	near(t, "Matthews, 3 classes", Matthews([]int{0, 1, 2, 2, 1, 0, 2, 1, 0, 0, 2}, []int{0, 1, 2, 1, 1, 0, 0, 1, 2, 0, 2}), 0.6)
	near(t, "Matthews of a constant", Matthews(make([]int, len(l)), l), 0)
	a, i := Accuracy([]bool{true, true, false, true, true, false, true, true, true, false})
	near(t, "accuracy", a, 0.7)
	if i != Wilson(7, 10) {
		t.Errorf("interval %v", i)
	}
	for _, w := range []struct {
		hits, n   int
		low, high float64
	}{{8, 10, 0.4901624715366418, 0.9433178485456248}, {0, 5, 0, 0.43448246478317476}, {5, 5, 0.5655175352168251, 1}, {778, 872, 0.869871035440957, 0.9110922235043256}, {0, 0, 0, 1}} {
		i := Wilson(w.hits, w.n)
		near(t, "Wilson low", i.Low, w.low)
		near(t, "Wilson high", i.High, w.high)
	}
}

func TestCorrelation(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5, 6, 7, 7, 9, 2.5}, []float64{2, 1, 4, 3, 7, 5, 8, 6, 8, 8}
	near(t, "Pearson", Pearson(x, y), 0.6775491044458299)
	near(t, "Spearman", Spearman(x, y), 0.6646437013999567)
	near(t, "Pearson of a constant", Pearson(x, make([]float64, len(x))), 0)
	near(t, "Spearman of a constant", Spearman(make([]float64, len(x)), y), 0)
	x[3] = math.NaN()
	if !math.IsNaN(Pearson(x, y)) || !math.IsNaN(Spearman(x, y)) {
		t.Error("NaN was swallowed")
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"lengths":    func() { Pearson([]float64{1}, nil) },
		"percentile": func() { Percentile(nil, 50) },
		"part":       func() { Percentile([]float64{1}, 101) },
		"bootstrap":  func() { Draws{0, 10, 1}.Score(Pearson, nil, nil) },
		"examples":   func() { Draws{2, 10, 1}.Score(Pearson, []float64{1}, []float64{1}) },
		"rounds":     func() { Compare([]Score{{Resampled: []float64{1, 2}}}, []Score{{Resampled: []float64{1}}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
