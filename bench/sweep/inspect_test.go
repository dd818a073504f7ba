package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInspect: while a run is under way, after it was cut off, and at its end, its folder shows what is done, under way
// and left, and looking changes nothing.
func TestInspect(t *testing.T) {
	p := small(t)
	p.Seeds, p.Methods, p.Budgets = p.Seeds[:1], []string{"topk:keep"}, []float64{0.7}
	dir := filepath.Join(t.TempDir(), "run")
	jobs, err := Jobs(p)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := Inspect(dir); err == nil || !strings.Contains(err.Error(), "plan.toml") {
		t.Errorf("no folder: %+v, %v", s, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	under, done := map[Kind]bool{}, -1
	_, err = Sweep(ctx, p, Options{Out: dir, Progress: func(x Progress) {
		s := inspected(t, dir)
		r := s.Records[0]
		if !s.Locked || s.Finished || !r.Begun || len(r.Done)+len(r.Under)+len(r.Left) != len(jobs) {
			t.Fatalf("at %s: %+v", x.What, s)
		}
		if x.Complete == nil {
			if len(r.Under) != 1 {
				t.Fatalf("at %s: %d jobs are under way", x.What, len(r.Under))
			}
			under[r.Under[0].Kind] = true
			return
		}
		if x.Jobs <= done || len(r.Done) != x.Jobs || !strings.Contains(r.Last.What, x.Complete.Name) {
			t.Errorf("after %s: %d jobs done, reported %d; last sign of life %q", x.What, len(r.Done), x.Jobs, r.Last.What)
		}
		if done = x.Jobs; x.Complete.Kind == Train {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) || !under[Base] || !under[Train] || !under[Evaluate] {
		t.Fatalf("%v; seen under way: %v", err, under)
	}
	s := inspected(t, dir)
	r := &s.Records[0]
	if left, ok := r.TimeLeft(); s.Locked || len(r.Under) > 0 || len(r.Done) != done || !ok || left <= 0 || time.Since(r.Last.At) > time.Minute {
		t.Errorf("cut off: %+v, %v, %v", s, left, ok)
	}
	sweep(t, p, dir)
	if s := inspected(t, dir); !s.Finished || s.Locked || !s.Records[0].Finished {
		t.Errorf("at the end: %+v", s)
	}
}

// inspected is Inspect, which leaves every file as it was.
func inspected(t *testing.T, dir string) *Status {
	t.Helper()
	before := listing(t, dir)
	s, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
	return s
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		list = append(list, fmt.Sprint(path, info.Size(), info.ModTime()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, "\n")
}
