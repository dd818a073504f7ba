package pruners

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"ltpbench/internal/oracle"
)

// TestPublishedCounts: top-k keeps as many tokens as the published code, which
// multiplies in float32. testdata holds the cases in which a float64 product is
// another by one, and some at random; LTPBENCH_SHARED holds more.
func TestPublishedCounts(t *testing.T) {
	t.Run("testdata", func(t *testing.T) { publishedCounts(t, "testdata") })
	t.Run("shared", func(t *testing.T) { publishedCounts(t, filepath.Join(oracle.Shared(t), "oracle")) })
}

func publishedCounts(t *testing.T, dir string) {
	path := filepath.Join(dir, "topk_counts.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type count struct {
		Layers, Layer, N0, K int
		Rate                 float64
	}
	var lists struct{ Cases, Random []count }
	if err := json.Unmarshal(text, &lists); err != nil {
		t.Fatal(err)
	}
	all := append(lists.Cases, lists.Random...)
	if len(all) == 0 {
		t.Fatalf("%s has no counts", path)
	}
	for _, c := range all {
		rate := TopK{Rate: c.Rate}.RateAt(c.Layer, c.Layers)
		if got := rounded(c.N0, rate); got != c.K {
			t.Errorf("topk:rate=%v keeps %d of %d tokens in layer %d of %d, want %d", c.Rate, got, c.N0, c.Layer, c.Layers, c.K)
		}
		if got := Count(c.N0, rate); got != max(1, c.K) {
			t.Errorf("topk:rate=%v keeps %d of %d tokens in layer %d of %d, want %d", c.Rate, got, c.N0, c.Layer, c.Layers, max(1, c.K))
		}
	}
}
