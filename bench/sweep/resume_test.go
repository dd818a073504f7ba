package sweep

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/bench/plan"
	"ltpbench/results"
)

// TestStopped: a sweep that is stopped again and again, within a training, an exact
// pass or the timing, ends with the same scores, FLOPs, kept sets and predictions as
// one that was not, to the last byte, and in the same folder.
func TestStopped(t *testing.T) {
	p := small(t)
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "stopped")
	stops := 0
	for after := 1; ; after += 11 {
		ctx, stop := context.WithCancel(context.Background())
		heard := 0
		_, err := Sweep(ctx, p, Options{Out: dir, Progress: func(Progress) {
			if heard++; heard == after {
				stop()
			}
		}})
		stop()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped after %d steps: %v", after, err)
		}
		if stops++; stops > 100 {
			t.Fatal("the sweep does not come on")
		}
	}
	if stops < 5 {
		t.Errorf("stopped %d times only", stops)
	}
	same(t, calm, dir)
	if _, err := Sweep(context.Background(), p, Options{Out: dir}); err == nil || !strings.Contains(err.Error(), "finished") {
		t.Errorf("a finished run in the folder: %v", err)
	}
	p.Measure.Rounds++
	if _, err := Sweep(context.Background(), p, Options{Out: dir}); err == nil || !strings.Contains(err.Error(), "another plan") {
		t.Errorf("another plan in the folder: %v", err)
	}
}

// TestKilled: so does one that is killed without warning.
func TestKilled(t *testing.T) {
	if plan := os.Getenv("LTPBENCH_TEST_PLAN"); plan != "" {
		killMe(t, plan, os.Getenv("LTPBENCH_TEST_OUT"))
		return
	}
	p := small(t)
	p.Seeds = p.Seeds[:1]
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "killed")
	file := filepath.Join(t.TempDir(), "plan.toml")
	writeFile(t, file, p.Text())
	kills := 0
	for wait := 300 * time.Millisecond; ; wait += 300 * time.Millisecond {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "LTPBENCH_TEST_PLAN="+file, "LTPBENCH_TEST_OUT="+dir)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err == nil {
			break
		}
		if kills++; cmd.ProcessState.ExitCode() > 0 {
			t.Fatalf("the killed sweep fails by itself: %v\n%s", err, said.String())
		}
		if kills > 100 {
			t.Fatal("the sweep does not come on")
		}
	}
	t.Logf("killed %d times", kills)
	if kills == 0 {
		t.Error("never killed")
	}
	same(t, calm, dir)
}

// killMe is the process that is killed.
func killMe(t *testing.T, file, dir string) {
	p, err := plan.Read(file)
	if err == nil {
		_, err = Sweep(context.Background(), p, Options{Out: dir})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func sweep(t *testing.T, p plan.Plan, dir string) string {
	t.Helper()
	if _, err := Sweep(context.Background(), p, Options{Out: dir}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// same holds a run to an undisturbed one of the same plan.
func same(t *testing.T, calm, dir string) {
	t.Helper()
	a, b := read(t, calm, results.RecordFile), read(t, dir, results.RecordFile)
	if x, y := exactLines(a), exactLines(b); x != y || x == "" {
		t.Errorf("exact lines differ:\n%s\n\n%s", x, y)
	}
	if read(t, calm, results.PredictionsFile) != read(t, dir, results.PredictionsFile) {
		t.Error("predictions differ")
	}
	if x, y := strings.Count(a, "\nBenchmark"), strings.Count(b, "\nBenchmark"); x != y {
		t.Errorf("the records have %d and %d lines", x, y)
	}
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil || len(record.Problems) > 0 || !ended(record) {
		t.Errorf("the record is not whole: %v %v", err, record.Problems)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "cells", "*.partial")); err != nil || len(left) > 0 {
		t.Errorf("states of trainings are left: %v", left)
	}
}

// TestUntimed: a sweep that leaves its times for later ends with what is counted, and the same sweep with times comes
// to what one alone gives.
func TestUntimed(t *testing.T) {
	p := small(t)
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "untimed")
	for range 2 { // the second time nothing is left to do
		if _, err := Sweep(context.Background(), p, Options{Out: dir, Untimed: true}); !errors.Is(err, ErrUntimed) {
			t.Fatalf("a sweep without times: %v", err)
		}
		record, err := results.Read(filepath.Join(dir, results.RecordFile))
		if err != nil || len(record.Points) == 0 {
			t.Fatalf("its record: %v", err)
		}
		for _, x := range record.Points {
			if _, timed := x.Value(results.TokensPerSecond); timed {
				t.Fatalf("%s has a time", x.Name)
			}
		}
	}
	if _, err := Sweep(context.Background(), p, Options{Out: dir}); err != nil {
		t.Fatal(err)
	}
	same(t, calm, dir)
}
