package train_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

// TestFamilies: each family and each activation gives transformers' loss and gradients, see ../testdata/families.py.
func TestFamilies(t *testing.T) {
	folders, err := os.ReadDir("../testdata/families")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no networks: %v", err)
	}
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			dir := filepath.Join("../testdata/families", f.Name())
			c, err := model.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			everyDevice(t, func(t *testing.T, d hw.Backward) { familyGrad(t, dir, c, d) })
		})
	}
}

func familyGrad(t *testing.T, dir string, c *model.Checkpoint, d hw.Backward) {
	var want struct {
		Batch []struct {
			IDs, Segments []int32
			Label         float64
		}
		Loss  float64
		Grads map[string]struct {
			Norm    float64
			Largest [][2]float64
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "answers.json"))
	if err == nil {
		err = json.Unmarshal(text, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	var seqs []ragged.Sequence
	var b train.Batch
	for _, s := range want.Batch {
		seqs = append(seqs, ragged.Sequence{IDs: s.IDs, Segments: s.Segments})
		target := make([]float32, c.Config.Labels)
		if c.Config.IsRegression() {
			target[0] = float32(s.Label)
		} else {
			target[int(s.Label)] = 1
		}
		b.Targets = append(b.Targets, target...)
	}
	b.Batch = ragged.Pack(seqs...)
	e, err := model.NewTrainable(d, c)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var size model.Size
	size.Fit(b.Seqs)
	trainer, err := train.New(e, size, train.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := trainer.Grad(b)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", got.Loss, want.Loss, 1e-5*math.Abs(want.Loss))
	seen, largest := 0, 0.0
	for _, w := range want.Grads {
		largest = max(largest, w.Norm)
	}
	for _, p := range trainer.Params() {
		w, ok := want.Grads[c.Config.HFName(p.Name)]
		if !ok {
			t.Errorf("%s has no gradient in transformers", p.Name)
			continue
		}
		seen++
		grad := make([]float32, p.Grad.Rows*p.Grad.Cols)
		d.Read(grad, p.Grad)
		norm := 0.0
		for _, x := range grad {
			norm += float64(x) * float64(x)
		}
		tolerance := max(1e-4*w.Norm, 1e-6*largest)
		near(t, p.Name, math.Sqrt(norm), w.Norm, tolerance)
		for _, x := range w.Largest {
			near(t, p.Name, float64(grad[int(x[0])]), x[1], tolerance)
		}
	}
	if seen != len(want.Grads) {
		t.Errorf("gradients of %d tensors, want %d", seen, len(want.Grads))
	}
}
