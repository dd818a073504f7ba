package plots

import (
	"testing"

	"ltpbench/results"
)

// points are made up, but look like a sweep of a small model.
func points() []results.Point {
	var out []results.Point
	add := func(method string, flops, accuracy float64) {
		speedup := 1 / (0.12 + 0.88*flops)
		p := results.Point{Name: "Sweep", Keys: []results.Key{{Name: results.KeyMethod, Value: method}}}
		for _, v := range []struct {
			unit  string
			value float64
		}{
			{results.Accuracy, accuracy}, {"accuracy-low", accuracy - 0.024}, {"accuracy-high", accuracy + 0.021},
			{results.PaperRatio, flops}, {results.Speedup, speedup},
		} {
			p.Values = append(p.Values, results.Value{Unit: v.unit, Value: v.value})
		}
		out = append(out, p)
	}
	add("none", 1, 0.8716)
	for i, a := range []float64{0.8303, 0.8532, 0.8624, 0.8681, 0.8704, 0.8727} {
		add("threshold", 0.352+0.108*float64(i), a)
	}
	for i, a := range []float64{0.7924, 0.8257, 0.8486, 0.8601, 0.8670, 0.8693} {
		add("topk:start=1", 0.361+0.107*float64(i), a)
	}
	for i, a := range []float64{0.8372, 0.8601, 0.8693} {
		add("topk", 0.623+0.138*float64(i), a)
	}
	return out
}

func flops() Figure {
	return Figure{"bert-6x384 on sst2, 872 examples, seed 1", results.PaperRatio, results.Accuracy, points()}
}

func TestLook(t *testing.T) {
	f := flops()
	for _, path := range []string{"/tmp/pic/flops.png", "/tmp/pic/flops.svg", "/tmp/pic/flops.pdf"} {
		if err := f.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	f.X = results.Speedup
	if err := f.Save("/tmp/pic/time.png"); err != nil {
		t.Fatal(err)
	}
}
