package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/model"
	"ltpbench/results"
)

// processes is an executor that starts a process for each job, the last one first of those whose
// needs are met.
type processes struct {
	t     *testing.T
	order []Kind
}

func (p *processes) Do(ctx context.Context, run string, jobs []*Job, done func(*Job) error) error {
	met := map[string]bool{}
	for left := slices.Clone(jobs); len(left) > 0; {
		open := map[string]bool{}
		for _, j := range left {
			open[j.Key] = true
		}
		at := len(left) - 1
		for slices.ContainsFunc(left[at].Needs, func(key string) bool { return open[key] && !met[key] }) {
			at--
		}
		j := left[at]
		left = slices.Delete(left, at, at+1)
		process(p.t, run, j.Key)
		met[j.Key], p.order = true, append(p.order, j.Kind)
		if err := done(j); err != nil {
			return err
		}
	}
	return nil
}

// process has another process do a job.
func process(t *testing.T, run, key string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestJobs$")
	cmd.Env = append(os.Environ(), "LTPBENCH_TEST_JOB="+key, "LTPBENCH_TEST_OUT="+run)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("job %s: %v\n%s", key, err, out)
	}
}

// Jobs that were written down and done by a process each, in another order, make the record that a
// sweep makes, to the last counted byte.
func TestJobs(t *testing.T) {
	if key := os.Getenv("LTPBENCH_TEST_JOB"); key != "" {
		if err := Do(context.Background(), os.Getenv("LTPBENCH_TEST_OUT"), key, Options{}); err != nil {
			t.Fatal(err)
		}
		return
	}
	p := small(t)
	p.Seeds, p.Training.Untuned, p.Budgets = p.Seeds[:1], true, p.Budgets[:1]
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "jobs")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, planFile), p.Text())
	list, err := Jobs(p)
	if err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for _, j := range list {
		line, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		var read Job
		if err := json.Unmarshal(line, &read); err != nil {
			t.Fatal(err)
		}
		kinds += string(read.Kind) + " "
		if len(read.Needs) > 0 && read.Kind != Time {
			if err := Do(context.Background(), dir, list[len(list)-1].Key, Options{}); err == nil || !strings.Contains(err.Error(), "has to be done first") {
				t.Errorf("timing before %s: %v", read.Name, err)
			}
		}
		if read.Kind == Base { // the others are left to the executor
			process(t, dir, read.Key)
		}
	}
	if want := "base evaluate train evaluate fit evaluate train evaluate fit evaluate time "; kinds != want {
		t.Errorf("jobs %s, want %s", kinds, want)
	}
	others := &processes{t: t}
	if _, err := Sweep(context.Background(), p, Options{Out: dir, Executor: others}); err != nil {
		t.Fatal(err)
	}
	if n := len(others.order); n != len(list)-1 || others.order[0] != Fit && others.order[0] != Evaluate || others.order[n-1] != Time {
		t.Errorf("the executor did %v", others.order)
	}
	same(t, calm, dir)
	if _, err := os.Stat(filepath.Join(dir, jobsFolder)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the jobs' folder is left: %v", err)
	}
	if err := Do(context.Background(), dir, "0123456789abcdef", Options{}); err == nil || !strings.Contains(err.Error(), "plan jobs") {
		t.Errorf("no such job: %v", err)
	}
}

// A job comes after all that it needs, no two have one key, and keys are another if what they
// depend on is: the text, its tokens, the model's configuration, the recipe, the budget, but not
// the number of threads.
func TestKeys(t *testing.T) {
	p := small(t)
	keys := func(change func(p *plan.Plan)) map[Kind][]string {
		t.Helper()
		q := p
		q.Data = slices.Clone(p.Data)
		change(&q)
		list, err := Jobs(q)
		if err != nil {
			t.Fatal(err)
		}
		of, seen := map[Kind][]string{}, map[string]bool{}
		for _, j := range list {
			for _, need := range j.Needs {
				if !seen[need] {
					t.Errorf("%s %s needs %s, which is not done before it", j.Kind, j.Name, need)
				}
			}
			if seen[j.Key] {
				t.Errorf("two jobs have the key %s", j.Key)
			}
			seen[j.Key] = true
			of[j.Kind] = append(of[j.Kind], j.Key)
		}
		return of
	}
	// other is the plan's model with other heads or with words in another order.
	other := func(heads int, vocab func(words []string)) string {
		folder := filepath.Join(t.TempDir(), filepath.Base(p.Models[0]))
		weights, err := model.Load(p.Models[0])
		if err != nil {
			t.Fatal(err)
		}
		weights.Config.Heads = heads
		if err := weights.Save(folder); err != nil {
			t.Fatal(err)
		}
		words := strings.Split(read(t, p.Models[0], "vocab.txt"), "\n")
		vocab(words)
		writeFile(t, filepath.Join(folder, "vocab.txt"), []byte(strings.Join(words, "\n")))
		return folder
	}
	before, all := keys(func(p *plan.Plan) {}), []Kind{Base, Train, Evaluate, Time}
	for _, x := range []struct {
		name   string
		change func(p *plan.Plan)
		kinds  []Kind // whose keys are others
	}{
		{"threads", func(p *plan.Plan) { p.Threads = 2 }, nil},
		{"rounds", func(p *plan.Plan) { p.Measure.Rounds++ }, []Kind{Time}},
		{"limit", func(p *plan.Plan) { p.Data[0].Limit = 30 }, []Kind{Evaluate, Time}},
		{"budgets", func(p *plan.Plan) { p.Budgets = []float64{0.7, 0.9} }, []Kind{Train, Evaluate, Time}},
		{"base-epochs", func(p *plan.Plan) { p.Training.BaseEpochs++ }, all},
		{"max-length", func(p *plan.Plan) { p.MaxLength = 6 }, all},
		{"heads", func(p *plan.Plan) { p.Models = []string{other(2, func([]string) {})} }, all},
		{"tokenizer", func(p *plan.Plan) {
			p.Models = []string{other(4, func(words []string) { words[20], words[21] = words[21], words[20] })}
		}, all},
		{"nothing", func(p *plan.Plan) { p.Models = []string{other(4, func([]string) {})} }, nil},
	} {
		after := keys(x.change)
		for _, kind := range all {
			if same := slices.Equal(before[kind], after[kind]); same == slices.Contains(x.kinds, kind) {
				t.Errorf("%s: %s jobs have the same keys: %v", x.name, kind, same)
			}
		}
	}
}

// A job that another process is at is left to it.
func TestClaim(t *testing.T) {
	p := small(t)
	headed(t, &p, 2)
	p.Data[0].Train, p.Seeds, p.Methods, p.Budgets = "", p.Seeds[:1], []string{"topk:rate=0.5"}, nil
	dir := t.TempDir()
	err := each(&p, dir, filepath.Join(dir, "cells"), func(w *worker) error {
		j := w.jobs[0]
		release, err := w.claim(context.Background(), j)
		if err != nil {
			return err
		}
		if err := w.one(context.Background(), j); !errors.Is(err, errBusy) || w.done(j) {
			t.Errorf("a job at which another is: %v", err)
		}
		if err := release(); err != nil {
			return err
		}
		if err := w.one(context.Background(), j); err != nil || !w.done(j) {
			return fmt.Errorf("done %v: %w", w.done(j), err)
		}
		// Times of another machine don't go into this one's record.
		last := w.jobs[len(w.jobs)-1]
		w.about = []results.Key{{Name: "host", Value: "elsewhere"}}
		if err := w.writeOutput(last, []results.Point{{Name: endLine, Iters: 1, Values: []results.Value{{Unit: results.WarmUpPasses, Value: 2}}}}, nil); err != nil {
			return err
		}
		w.about = nil
		if _, _, err := w.readOutput(last); err == nil || !strings.Contains(err.Error(), "elsewhere") {
			t.Errorf("times of another machine: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
