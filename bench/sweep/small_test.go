package sweep

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
)

// small writes a model of six narrow layers without a head, and texts of made-up words, whose label is
// whether the first word is an even one, and returns a plan for them.
func small(t *testing.T) plan.Plan {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "tiny")
	weights, err := model.Load("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(weights.Tensors, func(name string, _ model.Tensor) bool { return strings.HasPrefix(name, "head.") })
	weights.Config.Labels = 0
	if err := weights.Save(folder); err != nil {
		t.Fatal(err)
	}
	vocab := "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
	for i := range 60 {
		vocab += fmt.Sprintf("\nw%d", i)
	}
	writeFile(t, filepath.Join(folder, "vocab.txt"), []byte(vocab))
	p := plan.Default()
	p.Models, p.Methods, p.Budgets, p.Seeds, p.Threads = []string{folder}, []string{"threshold", "topk:start=1"}, []float64{0.6, 0.8}, []uint64{1, 2}, 1
	p.Data = []plan.Data{{File: filepath.Join(dir, "dev.tsv"), Train: filepath.Join(dir, "train.tsv")}}
	p.Training.Batch, p.Training.LearningRate, p.Training.HeldOut = 16, 1e-3, 0.2
	p.Measure.Rounds, p.Measure.Latency = 2, 10
	writeFile(t, p.Data[0].File, texts(1, 40))
	writeFile(t, p.Data[0].Train, texts(2, 200))
	return p
}

// texts are lines of a TSV file.
func texts(seed uint64, n int) []byte {
	random := rand.New(rand.NewPCG(seed, 0))
	lines := []string{"sentence\tlabel"}
	for range n {
		first := random.IntN(60)
		line := fmt.Sprintf("w%d", first)
		for range 3 + random.IntN(12) {
			line += fmt.Sprintf(" w%d", random.IntN(60))
		}
		lines = append(lines, line+"\t"+[]string{"even", "odd"}[first%2])
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// exactLines are a record's lines that hold what does not depend on the clock.
func exactLines(record string) string {
	var lines []string
	for _, line := range strings.Split(record, "\n") {
		if strings.HasPrefix(line, "BenchmarkSweep/") && strings.Contains(line, " paper-ratio") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
