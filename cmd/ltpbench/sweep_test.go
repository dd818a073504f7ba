package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSweepUntimed: a sweep without times says how to get them, and the same command with them finishes the run.
func TestSweepUntimed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	args := []string{"sweep", "--limit", "8", "--rounds", "1", "--latency", "4", "--methods", "topk:rate=0.5,start=1", "-o", dir, "--progress", "none"}
	code, out, said := call(append(args, "--untimed")...)
	if code != 0 || out != "" || !strings.Contains(said, "times are not measured yet: the same command without --untimed measures them and finishes "+dir) {
		t.Fatalf("exit %d, %q and %q", code, out, said)
	}
	if code, out, said = call("table", dir); code != 0 || strings.Contains(out, "speed-up") {
		t.Errorf("exit %d, %s\n%s", code, said, out)
	}
	if code, out, said = call(args...); code != 0 || !strings.Contains(said, "resuming") || !strings.Contains(out, "speed-up") {
		t.Errorf("exit %d, %s\n%s", code, said, out)
	}
}
