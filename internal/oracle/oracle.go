// Package oracle reads the right answers that tests hold the encoder against:
// small networks with logits, scores, kept sets, gradients and training steps
// computed in float64. model/testdata/oracle holds the project's own; the
// variable LTPBENCH_SHARED names a folder with more.
package oracle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/internal/ragged"
)

// Shared returns the folder that LTPBENCH_SHARED names, or skips the test.
func Shared(t testing.TB) string {
	dir := os.Getenv("LTPBENCH_SHARED")
	if dir == "" {
		t.Skip("LTPBENCH_SHARED is not set: it names the folder with the large test files")
	}
	return dir
}

// Net is one small network and its answers.
type Net struct {
	Name, Dir string
	Cases     Cases
}

// Each runs f for every network in testdata (seen from the package's folder),
// and again for every one in LTPBENCH_SHARED.
func Each(t *testing.T, testdata string, f func(t *testing.T, n Net)) {
	all := func(dir string) func(t *testing.T) {
		return func(t *testing.T) {
			if dir == "" {
				dir = filepath.Join(Shared(t), "oracle", "cases")
			}
			folders, err := os.ReadDir(dir)
			if err != nil || len(folders) == 0 {
				t.Fatalf("no networks in %s: %v", dir, err)
			}
			for _, folder := range folders {
				t.Run(folder.Name(), func(t *testing.T) { f(t, load(t, filepath.Join(dir, folder.Name()))) })
			}
		}
	}
	t.Run("testdata", all(filepath.Join(testdata, "oracle")))
	t.Run("shared", all(""))
}

func load(t *testing.T, dir string) Net {
	t.Helper()
	n, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Read reads a network's answers from its folder.
func Read(dir string) (Net, error) {
	n := Net{Name: filepath.Base(dir), Dir: dir}
	in, err := cases(dir)
	if err != nil {
		return n, err
	}
	defer in.Close()
	if err := json.NewDecoder(in).Decode(&n.Cases); err != nil {
		return n, fmt.Errorf("%s: %w", dir, err)
	}
	if len(n.Cases.Batch) == 0 || len(n.Cases.Tolerance) == 0 {
		return n, fmt.Errorf("%s: no cases", dir)
	}
	return n, nil
}

// Pack returns the listed sequences as one batch, all of them if none is listed.
func (c *Cases) Pack(which ...int) ragged.Batch {
	var seqs []ragged.Sequence
	if len(which) == 0 {
		for _, s := range c.Batch {
			seqs = append(seqs, ragged.Sequence{IDs: s.IDs, Segments: s.Segments})
		}
	}
	for _, i := range which {
		seqs = append(seqs, ragged.Sequence{IDs: c.Batch[i].IDs, Segments: c.Batch[i].Segments})
	}
	return ragged.Pack(seqs...)
}

// Tol returns the tolerance that the file carries for a key; "trajectory.theta"
// is theta's in the trajectory.
func (c *Cases) Tol(t testing.TB, key string) float64 {
	t.Helper()
	x, err := c.Tolerable(key)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Tolerable is Tol outside of a test.
func (c *Cases) Tolerable(key string) (float64, error) {
	from := c.Tolerance
	if rest, ok := strings.CutPrefix(key, "trajectory."); ok {
		from = nil
		if err := json.Unmarshal(c.Tolerance["trajectory"], &from); err != nil {
			return 0, err
		}
		key = rest
	}
	var x float64
	if err := json.Unmarshal(from[key], &x); err != nil || x == 0 {
		return 0, fmt.Errorf("the cases carry no tolerance for %q: %v", key, err)
	}
	return x, nil
}
