package model_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// familyAnswers is what transformers makes of a network of testdata/families, see testdata/families.py.
type familyAnswers struct {
	Batch []struct {
		IDs, Segments []int32
	}
	Logits [][]float64
}

// TestFamilies: each family and each activation gives transformers' logits, whole or after it was saved.
func TestFamilies(t *testing.T) {
	folders, err := os.ReadDir("testdata/families")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no networks: %v", err)
	}
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/families", f.Name())
			text, err := os.ReadFile(filepath.Join(dir, "answers.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want familyAnswers
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			var seqs []ragged.Sequence
			for _, s := range want.Batch {
				seqs = append(seqs, ragged.Sequence{IDs: s.IDs, Segments: s.Segments})
			}
			c, saved := load(t, dir), t.TempDir()
			if len(c.Ignored) > 0 {
				t.Errorf("not used: %q", c.Ignored)
			}
			if err := c.Save(saved); err != nil {
				t.Fatal(err)
			}
			again := load(t, saved)
			if again.Hash() != c.Hash() {
				t.Error("saving changes the weights")
			}
			devices(t, func(t *testing.T, d hw.Device) {
				for _, c := range []*model.Checkpoint{c, again} {
					_, logits := run(t, encoder(t, d, c), pruners.None{}, ragged.Pack(seqs...), model.Options{})
					for i, row := range want.Logits {
						for j, w := range row {
							if got := float64(logits[i][j]); !(math.Abs(got-w) <= 2e-5*(1+math.Abs(w))) {
								t.Errorf("sequence %d, logit %d is %v, want %v", i, j, got, w)
							}
						}
					}
				}
			})
		})
	}
}
