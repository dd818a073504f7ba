package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

func TestUsage(t *testing.T) {
	t.Setenv("LTPBENCH_SHARED", "")
	for _, args := range [][]string{{}, {"-o", "x"}, {"-o", "x", "-model", "m", "-data", "d", "-text", "prose"}, {"-every", "0"}, {"-nonsense"}} {
		var out, log bytes.Buffer
		if code := run(args, &out, &log); code != 2 || log.Len() == 0 {
			t.Errorf("%v: exit %d, %q", args, code, log.String())
		}
	}
	there := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, []byte("precious"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	if code := run([]string{"-o", there, "-model", "m", "-data", "d"}, &out, &log); code != 1 || !strings.Contains(log.String(), there) {
		t.Errorf("a record that is there: exit %d, %q", code, log.String())
	}
	if code := run([]string{"-o", "x", "-model", t.TempDir(), "-data", "d"}, &out, &log); code != 1 {
		t.Errorf("a folder without a model: exit %d, %q", code, log.String())
	}
}

// TestRecord: the shares of every point add up to all of the threads' time, and the
// FLOPs fall along each curve.
func TestRecord(t *testing.T) {
	if os.Getenv("LTPBENCH_SHARED") == "" || testing.Short() {
		t.Skip("LTPBENCH_SHARED is not set, or -short")
	}
	path := filepath.Join(t.TempDir(), "record.txt")
	var out, log bytes.Buffer
	if code := run([]string{"-o", path, "-text", "alone", "-every", "400", "-limit", "1ms", "-threads", "2"}, &out, &log); code != 0 {
		t.Fatalf("exit %d: %s", code, log.String())
	}
	record, err := results.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	points, problems := record.Rows()
	if len(points) != len(specs) || len(problems) > 0 {
		t.Fatalf("%d points of %d, %v", len(points), len(specs), problems)
	}
	before := map[string]float64{}
	for i := range points {
		p := &points[i]
		sum, _ := p.Value("idle-share")
		for _, name := range opNames {
			share, ok := p.Value(name + "-share")
			if !ok || share < 0 {
				t.Errorf("%s: %s has share %v", p.Key(results.KeySpec), name, share)
			}
			sum += share
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("%s: the shares add up to %v", p.Key(results.KeySpec), sum)
		}
		ratio, _ := p.Value(results.ExecutedRatio)
		if last, ok := before[p.Key(results.KeyMethod)]; ok && ratio > last {
			t.Errorf("%s: executes %.3f of the FLOPs, more than %.3f of the point before", p.Key(results.KeySpec), ratio, last)
		}
		before[p.Key(results.KeyMethod)] = ratio
	}
}
