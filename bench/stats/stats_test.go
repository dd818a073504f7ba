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
	a, i := Accuracy(Correct(p, l))
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

func TestMcNemar(t *testing.T) {
	for _, m := range []struct {
		a, b int
		p    float64
	}{{10, 2, 0.03857421875}, {2, 10, 0.03857421875}, {0, 0, 1}, {5, 5, 1}, {30, 14, 0.022628841205914796}, {0, 7, 0.015625}, {400, 500, 0.0009564441369189373}} {
		var x, y []bool
		for range m.a {
			x, y = append(x, true), append(y, false)
		}
		for range m.b {
			x, y = append(x, false), append(y, true)
		}
		x, y = append(x, true, false), append(y, true, false)
		p, a, b := McNemar(x, y)
		near(t, "McNemar", p, m.p)
		if a != m.a || b != m.b {
			t.Errorf("counts %d %d, want %d %d", a, b, m.a, m.b)
		}
	}
}

// The interval of a mean is near the one that theory gives, and the same again for the same seed.
func TestBootstrap(t *testing.T) {
	x := make([]float64, 872)
	for i := range x {
		if i < 778 {
			x[i] = 1
		}
	}
	got := BootstrapMean(x, Rounds, 1)
	p := 778.0 / 872
	half := z975 * math.Sqrt(p*(1-p)/872)
	if math.Abs(got.Low-(p-half)) > 0.15*half || math.Abs(got.High-(p+half)) > 0.15*half {
		t.Errorf("%v, theory %v", got, Interval{p - half, p + half})
	}
	if got != BootstrapMean(x, Rounds, 1) {
		t.Error("one seed, two intervals")
	}
	fine := []float64{0.31, 1.7, 2.25, -4.1, 0.77, 3.9}
	if BootstrapMean(fine, Rounds, 1) == BootstrapMean(fine, Rounds, 2) {
		t.Error("two seeds, one interval")
	}
	again := Bootstrap(len(x), Rounds, 1, func(sample []int) float64 {
		sum := 0.0
		for _, at := range sample {
			sum += x[at]
		}
		return sum / float64(len(sample))
	})
	if again != got {
		t.Errorf("%v, by hand %v", got, again)
	}
}

func TestPairedBootstrap(t *testing.T) {
	a, b := make([]float64, 400), make([]float64, 400)
	for i := range a {
		if i%4 != 0 {
			a[i] = 1
		}
		if i%4 != 0 && i%20 != 1 {
			b[i] = 1
		}
	}
	d := PairedBootstrap(a, b, Rounds, 1) // 20 examples that a alone gets right
	near(t, "mean", d.Mean, 0.05)
	if d.Interval.Contains(0) || !d.Interval.Contains(0.05) || d.P > 0.001 {
		t.Errorf("a clear difference: %+v", d)
	}
	if e := PairedBootstrap(b, a, Rounds, 1); e.Mean != -d.Mean || e.P != d.P || e.Interval.High >= 0 {
		t.Errorf("the other way round: %+v", e)
	}
	if e := PairedBootstrap(a, a, Rounds, 1); e.P != 1 || e.Interval != (Interval{}) {
		t.Errorf("no difference: %+v", e)
	}
	c := slices.Clone(a)
	c[0], c[1] = 1, 0
	if e := PairedBootstrap(a, c, Rounds, 1); !e.Interval.Contains(0) || e.P < 0.3 {
		t.Errorf("a difference of nothing: %+v", e)
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"lengths":    func() { Pearson([]float64{1}, nil) },
		"percentile": func() { Percentile(nil, 50) },
		"part":       func() { Percentile([]float64{1}, 101) },
		"bootstrap":  func() { BootstrapMean(nil, 10, 1) },
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
