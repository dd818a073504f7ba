package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/bench/sweep"
	"ltpbench/internal/machine"
	"ltpbench/model/train"
)

// TestStatus: what is printed of a run under way, cut off, silent, and finished.
func TestStatus(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	job := func(kind sweep.Kind, name string) *sweep.Job { return &sweep.Job{Kind: kind, Name: name} }
	r := sweep.RecordStatus{
		Part: ".", Begun: true, Last: &sweep.Alive{Process: 17, Host: "here", At: at, What: "fine-tuning \x1b[2Jx: hard 3/9 loss 0.5"},
		Done: []*sweep.Job{job(sweep.Base, "unpruned model, seed 1")}, Under: []*sweep.Job{job(sweep.Train, "x at 0.5, seed 1")},
	}
	for range 10 {
		r.Left = append(r.Left, job(sweep.Evaluate, "y, seed 1"))
	}
	show := func(s *sweep.Status, after time.Duration) string {
		var b bytes.Buffer
		status(&b, s, at.Add(after))
		return b.String()
	}
	busy := &sweep.Status{Folder: "run", Locked: true, Records: []sweep.RecordStatus{r}}
	text := show(busy, 12*time.Second)
	for _, want := range []string{"under way, a process holds its lock", "12s ago, process 17 on here: fine-tuning", "1 of 12 jobs done\n", "left       evaluate y, seed 1", "left       and 2 more"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "silent") || !strings.Contains(show(busy, time.Hour), "silent") {
		t.Error("silence is reported after seconds, or not after an hour")
	}
	for want, s := range map[string]*sweep.Status{
		"ltpbench sweep run/plan.toml -o run": {Folder: "run", Records: []sweep.RecordStatus{r}},
		"no locks":                            {Folder: "run", Unknown: true},
		"finished; `ltpbench table run`":      {Folder: "run", Finished: true},
		"not begun":                           {Folder: "run", Records: []sweep.RecordStatus{{Part: "a"}, {Part: "b", Finished: true}}},
	} {
		if text := show(s, 0); !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if code, out, _ := call("status", t.TempDir()); code != 1 || out != "" {
		t.Errorf("a folder without a run: exit %d", code)
	}
}

// TestStatusOfRun: a sweep that was stopped is reported so by the command, and resumes as that says.
func TestStatusOfRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c := sweepCmd{planFlags: newPlanFlags(), Out: dir, progressFlag: progressFlag{"plain"}}
	one, rounds := 24, 1
	c.Limit, c.Rounds, c.Methods = &one, &rounds, []string{"topk:rate=0.4,start=1"}
	p, err := c.plan()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	f := c.follow(&log)
	_, err = sweep.Sweep(ctx, p, sweep.Options{Out: dir, About: machine.Program(program), Progress: func(p sweep.Progress) {
		f.set(p)
		if p.Complete != nil {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "evaluated none, seed 1 (1 of 3 jobs, ") {
		t.Errorf("the log has %q", text)
	}
	code, out, bad := call("status", dir)
	if code != 0 || !strings.Contains(out, "1 of 3 jobs done, about ") || !strings.Contains(out, "finished none, seed 1") || bad != "" {
		t.Errorf("exit %d, %q, %q", code, out, bad)
	}
	if code, _, bad := call("sweep", filepath.Join(dir, "plan.toml"), "-o", dir); code != 0 || !strings.Contains(bad, "evaluated topk:start=1, not fine-tuned, seed 1 (2 of 3 jobs") {
		t.Errorf("resumed: exit %d, %s", code, bad)
	}
	if code, out, _ := call("status", dir); code != 0 || !strings.Contains(out, "finished") {
		t.Errorf("exit %d, %q", code, out)
	}
}

// TestLines: a line when a job ends, and in between one every two minutes, with how long the rest takes.
func TestLines(t *testing.T) {
	now, log := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC), &bytes.Buffer{}
	l := &lines{w: log, now: func() time.Time { return now }, last: now}
	begin := now
	for i := range 100 {
		now = now.Add(10 * time.Second)
		p := sweep.Progress{What: "fine-tuning x: hard 3/9 loss 0.5", Part: ".", Done: float64(i + 1), Of: 200, OfJobs: 4, Elapsed: now.Sub(begin)}
		if i == 49 {
			p.What, p.Complete, p.Jobs = "x", &sweep.Job{Kind: sweep.Train}, 1
		}
		l.set(p)
	}
	want := `03:02:00 fine-tuning x: hard 3/9 loss 0.5 (0 of 4 jobs, 6 %, about 31 min left)
03:04:00 fine-tuning x: hard 3/9 loss 0.5 (0 of 4 jobs, 12 %, about 29 min left)
03:06:00 fine-tuning x: hard 3/9 loss 0.5 (0 of 4 jobs, 18 %, about 27 min left)
03:08:00 fine-tuning x: hard 3/9 loss 0.5 (0 of 4 jobs, 24 %, about 25 min left)
03:08:20 trained x (1 of 4 jobs, 25 %, about 25 min left)
03:10:20 fine-tuning x: hard 3/9 loss 0.5 (0 of 4 jobs, 31 %, about 23 min left)
`
	if got := log.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%swant it to begin\n%s", got, want)
	}
	log.Reset()
	for step := 1; step <= 30; step++ {
		now = now.Add(10 * time.Second)
		l.train(recipe.Progress{Stage: "soft", Step: step, Steps: 30, Elapsed: time.Duration(step) * 10 * time.Second, Result: train.Result{Terms: []train.TermResult{{Name: "task", Value: 0.25}}}})
	}
	if got := log.String(); !strings.Contains(got, "soft 22/30 loss 0.2500 (73 %, about 1 min left in this stage)") || !strings.Contains(got, "soft 30/30") {
		t.Errorf("got\n%s", got)
	}
}
