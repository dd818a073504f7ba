package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtending puts the code of docs/extending.md where it says it belongs, as an
// overlay over the sources, compiles it, and runs the suites of what it registers.
func TestExtending(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "extending.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{make(map[string]string)}
	name, text := "", ""
	for _, line := range append(fenced(string(page), "go"), "// end.go") {
		if file, ok := strings.CutPrefix(line, "// "); ok && strings.HasSuffix(file, ".go") {
			if name != "" {
				at := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
				if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
				overlay.Replace[filepath.Join(root, filepath.FromSlash(name))] = at
			}
			name, text = file, ""
			continue
		}
		text += line + "\n"
	}
	if len(overlay.Replace) != 8 {
		t.Fatalf("%d files on the page: %v", len(overlay.Replace), overlay.Replace)
	}
	file := filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"test -overlay FILE -vet=off -c -o " + filepath.Join(dir, "mine.test") + " ./hw/mine", ""},
		{"test -overlay FILE -run ^(TestAll|TestAllocations)$ -v ./pruners", "first:n=8"},
		{"test -overlay FILE -run ^(TestObjectives|TestSchedules)$ -v ./model/train", "confidence:weight=0.1"},
		{"run -overlay FILE ./cmd/ltpbench ls objectives", "confidence"},
		{"run -overlay FILE ./cmd/ltpbench ls schedules", "inverse-sqrt:warmup=0.1"},
		{"test -overlay FILE -run ^TestEveryMetric$ -v ./bench/text", "TestEveryMetric/kappa"},
		{"test -overlay FILE -run ^(TestFormats|TestHostileText)$ -v ./results/report", "TestFormats/org"},
		{"run -overlay FILE ./cmd/ltpbench table results/runs/first-minute --format org", "| threshold † | 0.38 | 67.4 [64.3, 70.5] |"},
	} {
		cmd := exec.Command("go", strings.Fields(strings.Replace(c.args, "FILE", file, 1))...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", c.args, err, out)
		}
		if !strings.Contains(string(out), c.want) {
			t.Errorf("go %s did not print %q, so the page's code did not run:\n%s", c.args, c.want, out)
		}
	}
}
