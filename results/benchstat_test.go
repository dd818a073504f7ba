package results

import (
	"os/exec"
	"strings"
	"testing"
)

// benchstat itself reads a record and groups it by the keys of its names.
func TestBenchstat(t *testing.T) {
	if testing.Short() {
		t.Skip("builds benchstat")
	}
	path := writeRecord(t, points...)
	cmd := exec.Command("go", "run", "golang.org/x/perf/cmd/benchstat",
		"-filter", ".unit:(accuracy OR paper-FLOPs/example OR sec/op)", "-row", "/method,/spec", "record="+path)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	// It exits with 0 on errors of the data too: what it printed decides.
	if err := cmd.Run(); err != nil || errs.String() != "" {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	golden(t, "benchstat.txt", out.String())
}
