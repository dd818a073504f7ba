package results

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// benchstat runs the real program, of the version that the tools module names.
func benchstat(t *testing.T, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds benchstat")
	}
	cmd := exec.Command("go", append([]string{"tool", "-modfile=../tools/go.mod", "benchstat"}, args...)...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	// It exits with 0 on errors of the data too: what it printed decides.
	if err := cmd.Run(); err != nil || errs.String() != "" {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return out.String()
}

// benchstat reads a record and groups it by the keys of its names.
func TestBenchstat(t *testing.T) {
	path := writeRecord(t, points...)
	golden(t, "benchstat.txt", benchstat(t, "-filter", ".unit:(accuracy OR paper-FLOPs/example OR sec/op)", "-row", "/method,/spec", "record="+path))
}

// benchstat OLD NEW compares committed records, and a record cut in the middle of a line up to there.
func TestBenchstatCompares(t *testing.T) {
	old := filepath.Join("runs", "first-minute", RecordFile)
	data := text(t, old)
	accuracies := regexp.MustCompile(` \S+ accuracy `).FindAllStringIndex(data, -1)
	if len(accuracies) < 10 {
		t.Fatalf("%d accuracies in the committed record", len(accuracies))
	}
	first, last := accuracies[0], accuracies[len(accuracies)-1]
	end := last[0] + strings.Index(data[last[0]:], "\n") + 1
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	changed := write("changed.txt", data[:first[0]]+" 0.5 accuracy "+data[first[1]:])
	// In the middle of a point. (Half a line of metadata makes benchstat say that it differs from the whole one.)
	cut := write("cut.txt", data[:end+strings.Index(data[end:], "Benchmark")+20])
	args := []string{"-filter", ".unit:accuracy", "-row", "/method,/budget,/spec"}

	out := benchstat(t, append(args, "old="+old, "new="+changed)...)
	if strings.Count(out, " 0.00% (n=1)") != len(accuracies)-1 || strings.Count(out, "500.0m") != 1 {
		t.Errorf("one accuracy of %d differs:\n%s", len(accuracies), out)
	}
	out = benchstat(t, append(args, "old="+old, "new="+cut)...)
	if strings.Count(out, " 0.00% (n=1)") != len(accuracies) {
		t.Errorf("the record was cut after %d accuracies:\n%s", len(accuracies), out)
	}
}
