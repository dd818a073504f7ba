package main

import (
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ltpbench/internal/atomicfile"
	"ltpbench/results"
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

// TestSweepFullDisk: a full disk is named once, with the cure, and the same command goes on from there.
func TestSweepFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	args := []string{"sweep", "--limit", "8", "--rounds", "1", "--latency", "4", "--methods", "topk:rate=0.5,start=1", "-o", dir, "--progress", "none"}
	atomicfile.Hook = func(op atomicfile.Op, path string) error {
		if op == atomicfile.OpWrite && filepath.Base(path) == results.PredictionsFile {
			return &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
		}
		return nil
	}
	code, _, said := call(args...)
	atomicfile.Hook = nil
	if code != 1 || strings.Count(said, "no space left on device") != 1 || !strings.Contains(said, "free some; what was done is kept in "+dir) {
		t.Errorf("exit %d, %s", code, said)
	}
	if code, _, said = call(args...); code != 0 || !strings.Contains(said, "resuming") {
		t.Errorf("exit %d, %s", code, said)
	}
}
