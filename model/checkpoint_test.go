package model

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/internal/oracle"
)

// Every case loads whole, is saved and comes back bit for bit.
func TestLoadSaveLoad(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := mustLoad(t, n.Dir)
		if c.Config.Labels == 0 || len(c.Ignored) != 0 || len(c.Tensors) != len(c.Config.Names()) {
			t.Fatalf("labels %d, ignored %v, %d tensors", c.Config.Labels, c.Ignored, len(c.Tensors))
		}
		again := t.TempDir()
		if err := c.Save(again); err != nil {
			t.Fatal(err)
		}
		d := mustLoad(t, again)
		if c.Hash() != d.Hash() {
			t.Error("weights changed")
		}
		a, _ := os.ReadFile(filepath.Join(again, configFile))
		if err := d.Save(again); err != nil {
			t.Fatal(err)
		}
		if b, _ := os.ReadFile(filepath.Join(again, configFile)); string(a) != string(b) {
			t.Errorf("config.json changed:\n%s\n%s", a, b)
		}
	})
}

func mustLoad(t *testing.T, dir string) *Checkpoint {
	t.Helper()
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A clone shares nothing.
func TestClone(t *testing.T) {
	c := mustLoad(t, smallCase)
	before := c.Hash()
	c.Clone().Tensors["embed.word"].Data[0]++
	if c.Hash() != before {
		t.Error("the clone's weights are the original's")
	}
}

// A checkpoint that does not fit its configuration is not written.
func TestSaveRefuses(t *testing.T) {
	c := mustLoad(t, smallCase)
	dir := filepath.Join(t.TempDir(), "new")
	c.Config.FFN--
	if err := c.Save(dir); err == nil || !strings.Contains(err.Error(), "output.dense.weight has shape") {
		t.Errorf("got %v", err)
	}
	c.Config.FFN++
	c.Tensors["head.pool"] = Tensor{[]int{1}, []float32{0}}
	if err := c.Save(dir); err == nil || !strings.Contains(err.Error(), "head.pool") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a folder was made: %v", err)
	}
}
