package model

import (
	"math"
	"slices"
	"strings"
	"testing"

	"ltpbench/internal/oracle"
)

// headless is a case without its classifier, and without the layer before it unless that is to stay.
func headless(t *testing.T, dir string, dense bool) *Checkpoint {
	t.Helper()
	f := openFolder(t, dir)
	whole := mustLoad(t, dir)
	for _, s := range whole.Config.Tensors() {
		if strings.HasPrefix(s.Name, "head.") && !(dense && strings.HasPrefix(s.Name, "head.dense.")) {
			delete(f.tensors, s.Hub)
		}
	}
	c, err := LoadFS(f.files(t, F32), "net")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Without a classifier there are no labels, and none appear by saving.
func TestHeadless(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		for _, dense := range []bool{true, false} {
			c := headless(t, n.Dir, dense)
			dir := t.TempDir()
			if err := c.Save(dir); err != nil {
				t.Fatal(err)
			}
			b := mustLoad(t, dir)
			if c.Config.Labels != 0 || b.Config.Labels != 0 || b.Hash() != c.Hash() {
				t.Errorf("dense %v: labels %d, saved %d; hash %s, saved %s", dense, c.Config.Labels, b.Config.Labels, c.Hash(), b.Hash())
			}
		}
	})
}

// InitHead makes what is missing and nothing else, the same for the same seed.
func TestInitHead(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		for _, dense := range []bool{true, false} {
			want := []string{"head.dense.weight", "head.dense.bias", "head.out.weight", "head.out.bias"}
			if dense {
				want = want[2:]
			}
			c := headless(t, n.Dir, dense)
			d := c.Clone()
			if made := c.InitHead(7, 1); !slices.Equal(made, want) || !slices.Equal(c.New, want) {
				t.Errorf("dense %v: new %v", dense, made)
			}
			if err := c.Check(); err != nil {
				t.Error(err)
			}
			if d.InitHead(7, 1); d.Hash() != c.Hash() {
				t.Error("one seed, two heads")
			}
			if d.InitHead(7, 2); d.Hash() == c.Hash() {
				t.Error("two seeds, one head")
			}
		}
	})
}

func TestInitHeadDistribution(t *testing.T) {
	c := headless(t, smallCase, false)
	c.InitHead(50, 1)
	var sum, square float64
	w := c.Tensors["head.out.weight"].Data
	for _, v := range w {
		sum, square = sum+float64(v), square+float64(v)*float64(v)
	}
	count := float64(len(w)) // 2000
	if sd := math.Sqrt(square / count); !(math.Abs(sd/float64(c.Config.InitRange)-1) <= 0.08) || !(math.Abs(sum/count) <= 5*sd/math.Sqrt(count)) {
		t.Errorf("mean %g, deviation %g, not 0 and %g", sum/count, sd, c.Config.InitRange)
	}
	for _, name := range []string{"head.dense.bias", "head.out.bias"} {
		if slices.ContainsFunc(c.Tensors[name].Data, func(v float32) bool { return v != 0 }) {
			t.Errorf("%s is not zero", name)
		}
	}
}
