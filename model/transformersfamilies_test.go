package model_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestTransformersFamilies exchanges the networks of testdata/families with transformers: what Save writes loads there
// strictly, as a sequence classifier, and gives the logits that it gives here; so does what transformers saves.
func TestTransformersFamilies(t *testing.T) {
	p := startTransformers(t)
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	folders, err := filepath.Glob("testdata/families/*/answers.json")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no networks: %v", err)
	}
	for _, path := range folders {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				Batch []struct {
					IDs      []int32 `json:"ids"`
					Segments []int32 `json:"segments"`
				}
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			var seqs []ragged.Sequence
			for _, s := range want.Batch {
				seqs = append(seqs, ragged.Sequence{IDs: s.IDs, Segments: s.Segments})
			}
			ours := func(folder string) [][]float64 {
				_, rows := run(t, encoder(t, d, load(t, folder)), pruners.None{}, ragged.Pack(seqs...), model.Options{})
				wide := make([][]float64, len(rows))
				for i, row := range rows {
					for _, v := range row {
						wide[i] = append(wide[i], float64(v))
					}
				}
				return wide
			}
			saved, theirs := t.TempDir(), t.TempDir()
			if err := load(t, filepath.Dir(path)).Save(saved); err != nil {
				t.Fatal(err)
			}
			got := p.exchange(t, saved, theirs, want.Batch)
			if len(got.Wrong) > 0 || !strings.HasSuffix(got.Class, "ForSequenceClassification") {
				t.Errorf("%s: %q", got.Class, got.Wrong)
			}
			near(t, "ours in transformers", got.Logits, ours(saved), 1e-5)
			near(t, "theirs here", ours(theirs), got.Own, 1e-5)
		})
	}
}
