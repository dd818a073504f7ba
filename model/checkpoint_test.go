package model

import (
	"os"
	"path/filepath"
	"testing"
)

// oracleDirs lists the folders of the golden cases: the small copies, and once more those under
// LTPBENCH_SHARED if that is set.
func oracleDirs(t *testing.T) []string {
	t.Helper()
	patterns := []string{"testdata/oracle/*"}
	if shared := os.Getenv("LTPBENCH_SHARED"); shared != "" {
		patterns = append(patterns, filepath.Join(shared, "oracle", "cases", "*"))
	}
	var all []string
	for _, p := range patterns {
		dirs, err := filepath.Glob(p)
		if err != nil || len(dirs) == 0 {
			t.Fatalf("no folders %s: %v", p, err)
		}
		all = append(all, dirs...)
	}
	return all
}

// Every case loads whole, is saved and comes back bit for bit.
func TestLoadSaveLoad(t *testing.T) {
	for _, dir := range oracleDirs(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			c, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if c.Config.Labels == 0 || len(c.Ignored) != 0 || len(c.Tensors) != len(c.Config.Names()) {
				t.Fatalf("labels %d, ignored %v, %d tensors", c.Config.Labels, c.Ignored, len(c.Tensors))
			}
			again := t.TempDir()
			if err := c.Save(again); err != nil {
				t.Fatal(err)
			}
			d, err := Load(again)
			if err != nil {
				t.Fatal(err)
			}
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
}
