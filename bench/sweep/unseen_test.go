package sweep

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
)

// Two splits of a task, each unseen where the other is measured, share what is trained, and the training text has nothing
// in common with either.
func TestUnseen(t *testing.T) {
	p := small(t)
	dir := t.TempDir()
	folder := filepath.Join(dir, "SST-2")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	rows := func(seed uint64, n int) string {
		return strings.NewReplacer("even", "0", "odd", "1").Replace(string(texts(seed, n))[len("sentence\tlabel\n"):])
	}
	dev, test := rows(1, 20), rows(3, 30)
	for name, text := range map[string]string{"train.tsv": "sentence\tlabel\n" + rows(2, 200) + dev + test, "dev.tsv": "sentence\tlabel\n" + dev, "test-labeled.tsv": "content\tlabel\n" + test} {
		writeFile(t, filepath.Join(folder, name), []byte(text))
	}
	one := plan.Data{Task: "SST-2", File: dir, Train: dir, Split: "test", Unseen: []string{"dev", "test"}}
	two := one
	two.Split = "dev"
	p.Data = []plan.Data{one, two}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	jobs, err := Jobs(p)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{} // of weights, by record
	for _, j := range jobs {
		if j.trains() {
			keys[j.Part] = append(keys[j.Part], j.Key)
		}
	}
	if len(keys) != 2 || !slices.Equal(keys[jobs[0].Part], keys[jobs[len(jobs)-1].Part]) {
		t.Errorf("weights differ: %q", keys)
	}
	found, err := ReadTexts(&p, two)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Measured) != 20 || len(found.Training) != 200 {
		t.Errorf("%d measured texts, %d of training", len(found.Measured), len(found.Training))
	}
}
