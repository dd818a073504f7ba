//go:build cuda && cgo

package sweep

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/hw/cuda"
	"ltpbench/hw/cuda/simgpu"
	"ltpbench/results"
)

// TestOnCard: what the study of methods trains, brings to budgets, evaluates and times on the CPU it does on a card too,
// a simulated one unless the environment names libraries: the same tokens remain.
func TestOnCard(t *testing.T) {
	if os.Getenv(cuda.Libraries) == "" {
		folder, err := simgpu.Build()
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv(cuda.Libraries, folder)
	}
	files, err := filepath.Glob("../studies/methods/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no plans, %v", err)
	}
	p := small(t)
	writeFile(t, p.Data[0].File, texts(1, 10))
	writeFile(t, p.Data[0].Train, texts(2, 30))
	cells := t.TempDir()
	for _, file := range files {
		study, err := plan.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if study.Data[0].Task != "SST-2" {
			continue // the same methods on another text
		}
		study.Models, study.Data, study.Budgets, study.Seeds, study.MaxLength, study.Compare = p.Models, p.Data, []float64{0.7}, []uint64{1}, 0, nil
		of := &study.Training
		of.HeldOut, of.BaseEpochs, of.Epochs, of.Examples, of.Batch, of.LearningRate = 0.3, 1, 1, 0, 11, 1e-3
		for i := range study.Stages {
			study.Stages[i].Epochs /= 2
		}
		study.Measure = plan.Measure{Rounds: 1, Examples: 4, Batch: 4, Latency: 1, Order: "natural"}
		if set := study.Search; set != nil {
			set.Generations, set.Population, set.Mutations, set.Crossovers, set.Texts = 1, 3, 1, 1, 4
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			want, got := answers(t, study, "cpu", cells), answers(t, study, "cuda", cells)
			if len(got) == 0 || len(got) != len(want) {
				t.Fatalf("%d answers, on the CPU %d", len(got), len(want))
			}
			for i, w := range want {
				g := got[i]
				name, _, _ := strings.Cut(g.Point, "/tuned=")
				if !slices.Equal(g.Kept, w.Kept) || !slices.Equal(g.Entered, w.Entered) || g.Sets != w.Sets {
					t.Errorf("%s, example %d: %v enter and %v remain, on the CPU %v and %v", name, g.Example, g.Entered, g.Kept, w.Entered, w.Kept)
				}
				for j, x := range g.Logits {
					if y := w.Logits[j]; !(math.Abs(float64(x-y)) <= 1e-3*(1+math.Abs(float64(y)))) {
						t.Errorf("%s, example %d: logits %v, on the CPU %v", name, g.Example, g.Logits, w.Logits)
					}
				}
			}
		})
	}
}

// answers sweeps a plan on a device and returns its predictions.
func answers(t *testing.T, p plan.Plan, device, cells string) []results.Prediction {
	t.Helper()
	p.Devices = []string{device}
	dir, err := Sweep(context.Background(), p, Options{Out: filepath.Join(t.TempDir(), "run"), Cells: cells})
	if err != nil {
		t.Fatalf("%s: %v", device, err)
	}
	list, problems, err := results.ReadPredictions(filepath.Join(dir, results.PredictionsFile))
	if err != nil || len(problems) > 0 {
		t.Fatalf("%s: %v, %v", device, problems, err)
	}
	return list
}
