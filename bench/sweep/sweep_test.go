package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/model"
	"ltpbench/results"
)

// rows sweeps a plan and returns the record and its points.
func rows(t *testing.T, p plan.Plan) (*results.Record, []results.Point) {
	t.Helper()
	dir := sweep(t, p, filepath.Join(t.TempDir(), "run"))
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	all, problems := record.Rows()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return record, results.Named(all, "Sweep")
}

// headed gives the plan's model a head, so that it answers without training.
func headed(t *testing.T, p *plan.Plan, labels int) {
	t.Helper()
	c, err := model.Load(p.Models[0])
	if err != nil {
		t.Fatal(err)
	}
	c.InitHead(labels, 1)
	c.Config.LabelNames = []string{"even", "odd"}
	if labels == 1 {
		c.Config.LabelNames, c.Config.Problem = nil, model.Regression
	}
	if err := c.Save(p.Models[0]); err != nil {
		t.Fatal(err)
	}
}

// Cells come out the same whatever the order of methods and budgets.
func TestOrder(t *testing.T) {
	p := small(t)
	p.Seeds = p.Seeds[:1]
	a := sweep(t, p, filepath.Join(t.TempDir(), "a"))
	slices.Reverse(p.Methods)
	slices.Reverse(p.Budgets)
	b := sweep(t, p, filepath.Join(t.TempDir(), "b"))
	sorted := func(dir string) []string {
		list := strings.Split(exactLines(read(t, dir, results.RecordFile)), "\n")
		slices.Sort(list)
		return list
	}
	if x, y := sorted(a), sorted(b); len(x) != 5 || !slices.Equal(x, y) {
		t.Errorf("in another order:\n%s\n%s", strings.Join(x, "\n"), strings.Join(y, "\n"))
	}
}

// With training text, points meet their budgets, and each has as many steps as any other.
func TestTuned(t *testing.T) {
	p := small(t)
	p.Seeds, p.Training.Untuned = p.Seeds[:1], true
	record, list := rows(t, p)
	if len(list) != 1+2*2*2 {
		t.Fatalf("%d points", len(list))
	}
	for i := range list {
		x := &list[i]
		paper, _ := x.Value(results.PaperRatio)
		var budget float64
		if fmt.Sscan(x.Key(results.KeyBudget), &budget); x.Key(results.KeyMethod) != results.MethodNone && !(math.Abs(paper-budget) <= 0.12) {
			t.Errorf("%s asked for %v of the FLOPs has %v", x.Key(results.KeySpec), budget, paper)
		}
		for _, unit := range []string{results.Accuracy, results.F1, results.ExecutedRatio, results.Speedup, results.P99Seconds} {
			if _, ok := x.Value(unit); !ok {
				t.Errorf("%s lacks %s", x.Key(results.KeySpec), unit)
			}
		}
		first, learned := x.Value(results.Learned("theta", 0))
		last, whole := x.Value(results.Learned("theta", 5))
		if want := x.Key(results.KeyMethod) == "threshold" && x.Key(results.KeyTuned) == "yes"; learned != want || whole != want || first != 0 || want && last == 0 {
			t.Errorf("%s has learned thresholds from %v (%v) to %v (%v)", x.Key(results.KeySpec), first, learned, last, whole)
		}
	}
	if got := record.Get("tuning"); got != "fine-tuned for each point" {
		t.Errorf("tuning: %s", got)
	}
}

// Without, weights stay as given and the record says so, and on what budgets were met.
func TestAsGiven(t *testing.T) {
	p := small(t)
	headed(t, &p, 2)
	p.Methods = []string{"threshold", "topk:start=1", "topk:keep", "relative", "random", "quantile", "calibrated:shape=growing", "topk:rate=0.5"}
	p.Seeds = p.Seeds[:1]
	for _, sample := range []string{"", p.Data[0].Train} {
		p.Data[0].Train, p.Data[0].Sample = "", sample
		record, list := rows(t, p)
		if len(list) != 1+7*2+1 {
			t.Fatalf("%d points", len(list))
		}
		want := "40 examples of the measured text itself"
		if sample != "" {
			want = "200 examples of a text that is not measured"
		}
		if got := record.Get("budgets-met-on"); got != want || !strings.Contains(record.Get("tuning"), "not fine-tuned") {
			t.Errorf("budgets met on %s, want %s; tuning: %s", got, want, record.Get("tuning"))
		}
		for i := range list {
			x := &list[i]
			paper, _ := x.Value(results.PaperRatio)
			var budget float64
			if _, err := fmt.Sscan(x.Key(results.KeyBudget), &budget); err != nil {
				continue
			}
			if x.Key(results.KeyTuned) != "no" || sample == "" && !(math.Abs(paper-budget) <= 0.03) {
				t.Errorf("%s: tuned %s, %v of the FLOPs where %v was asked for", x.Key(results.KeySpec), x.Key(results.KeyTuned), paper, budget)
			}
		}
	}
}

// A regression is scored by its correlations.
func TestRegression(t *testing.T) {
	p := small(t)
	headed(t, &p, 1)
	text := read(t, p.Data[0].File)
	for i, label := range []string{"even", "odd"} {
		text = strings.ReplaceAll(text, "\t"+label+"\n", fmt.Sprintf("\t%d.5\n", i))
	}
	writeFile(t, p.Data[0].File, []byte(text))
	p.Data[0].Train, p.Seeds, p.Methods, p.Budgets = "", p.Seeds[:1], []string{"topk:keep=0.5"}, nil
	p.Data[0].Regression = true
	_, list := rows(t, p)
	for i := range list {
		pearson, ok := list[i].Value(results.Pearson)
		_, also := list[i].Value(results.Spearman)
		if !ok || !also || pearson < -1 || pearson > 1 {
			t.Errorf("%+v", list[i])
		}
	}
	if len(list) != 2 {
		t.Errorf("%d points", len(list))
	}
}

// A budget that no rule of the family reaches is left out, and said.
func TestUnreachable(t *testing.T) {
	p := small(t)
	headed(t, &p, 2)
	p.Data[0].Train, p.Seeds, p.Methods, p.Budgets = "", p.Seeds[:1], []string{"topk"}, []float64{0.3, 0.8}
	var said []string
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Sweep(context.Background(), p, Options{Out: dir, Say: func(s string) { said = append(said, s) }}); err != nil {
		t.Fatal(err)
	}
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	if got := record.Get("unreachable"); got != "topk at 0.3" {
		t.Errorf("unreachable: %q", got)
	}
	if all := strings.Join(said, "\n"); !strings.Contains(all, "left out: topk at 0.3") {
		t.Errorf("said: %s", all)
	}
}

// TestEarlySweep: rules that decide before attention, average, or leave layers out are
// trained, brought to their budgets and measured; depth is measured at the nearest.
func TestEarlySweep(t *testing.T) {
	p := small(t)
	p.Seeds, p.Methods, p.Budgets = p.Seeds[:1], []string{"truncate", "stride", "average", "average:layer=1", "shallow", "dynamicvit", "dynamicvit:decide=threshold", "transkimmer", "adapler"}, []float64{0.6}
	var said []string
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Sweep(context.Background(), p, Options{Out: dir, Say: func(s string) { said = append(said, s) }}); err != nil {
		t.Fatal(err)
	}
	run, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	found, learns := 0, map[string]bool{"dynamicvit:decide=threshold": true, "transkimmer": true, "adapler": true}
	for i := range run.Points {
		x := &run.Points[i]
		ratio, ok := x.Value(results.PaperRatio)
		if !ok || x.Key(results.KeyMethod) == results.MethodNone {
			continue
		}
		found++
		want, within := 0.6, 0.05
		if x.Key(results.KeyMethod) == "shallow" {
			want, within = 4.0/6, 1e-9
			if spec := x.Key(results.KeySpec); spec != "shallow:layers=4" {
				t.Errorf("the rule is %s", spec)
			}
		}
		if learns[x.Key(results.KeyMethod)] {
			within = 0.3 // scores that have hardly been learned are close together
		}
		if !(math.Abs(ratio-want) <= within) {
			t.Errorf("%s needs %v of the FLOPs", x.Key(results.KeySpec), ratio)
		}
	}
	if all := strings.Join(said, "\n"); found < 9 || !strings.Contains(all, "at its nearest setting: shallow at 0.6: no pruner like shallow:layers=4 needs 0.600 of the FLOPs") {
		t.Errorf("%d points; said: %s", found, all)
	}
}

// What would be done is what is done: the forecast has the record's points, and none
// of the weights to make afterwards.
func TestSurvey(t *testing.T) {
	p := small(t)
	p.Seeds = p.Seeds[:1]
	cells := filepath.Join(t.TempDir(), "cells")
	before, err := Survey(context.Background(), p, cells)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Sweep(context.Background(), p, Options{Out: dir, Cells: cells}); err != nil {
		t.Fatal(err)
	}
	after, err := Survey(context.Background(), p, cells)
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != 1 || len(before[0].Jobs) != 1+5+4+1 || before[0].Training == 0 || before[0].Timing == 0 || before[0].Disk == 0 || before[0].Memory == 0 {
		t.Errorf("before: %+v", before)
	}
	if after[0].Training != 0 {
		t.Errorf("after: %+v", after)
	}
	steps := 0
	for _, j := range before[0].Jobs {
		if j.Done {
			t.Errorf("%s is done before it is done", j.Name)
		}
		steps = max(steps, j.Steps)
	}
	// 200 texts less a fifth, in batches of 16: ten steps an epoch, three for the base.
	if steps != 30 || before[0].Jobs[2].Steps != 20 {
		t.Errorf("%+v", before[0].Jobs)
	}
	if lines := exactLines(read(t, dir, results.RecordFile)); strings.Count(lines, "\n")+1 != 5 {
		t.Errorf("%s", lines)
	}
}

// What is wrong with a plan's files is found before anything is written.
func TestNothingWritten(t *testing.T) {
	for name, spoil := range map[string]func(p *plan.Plan){
		"no such file":   func(p *plan.Plan) { p.Data[0].File = "/nowhere.tsv" },
		"column":         func(p *plan.Plan) { p.Data[0].Label = "colour" },
		"is not set":     func(p *plan.Plan) { p.Data[0].Train = "$LTPBENCH_NOWHERE/x.tsv" },
		"config.json":    func(p *plan.Plan) { p.Models = []string{filepath.Dir(p.Models[0])} },
		"no classifier":  func(p *plan.Plan) { p.Data[0].Train, p.Seeds = "", p.Seeds[:1] },
		"embedded model": func(p *plan.Plan) { p.Methods = []string{plan.Embedded} },
	} {
		p, dir := small(t), filepath.Join(t.TempDir(), "run")
		spoil(&p)
		_, err := Sweep(context.Background(), p, Options{Out: dir})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := results.Open(dir); err == nil {
			t.Errorf("%s: there is a run", name)
		}
	}
}

// A plan's stages and teacher are those of every method; the model that teaches is the
// unpruned one, which itself learns from labels. What was made is found by another number
// of threads and another build.
func TestStages(t *testing.T) {
	p := small(t)
	p.Seeds, p.Methods, p.Budgets = p.Seeds[:1], []string{"threshold", "topk:start=1"}, []float64{0.7}
	p.Training.Teacher, p.Training.Hidden = plan.Base, 0.1
	p.Stages = []recipe.Stage{{Name: "only", Rule: recipe.RuleLearns, Epochs: 2}}
	cells := filepath.Join(t.TempDir(), "cells")
	made := func(threads int, build string) []string {
		p.Threads = threads
		stages := map[string]bool{}
		_, err := Sweep(context.Background(), p, Options{
			Out: filepath.Join(t.TempDir(), "run"), Cells: cells, About: []results.Key{{Name: "build", Value: build}},
			Progress: func(p Progress) {
				if what, ok := strings.CutPrefix(p.What, "fine-tuning "); ok {
					name, step, _ := strings.Cut(what, ": ")
					stage, _, _ := strings.Cut(step, " ")
					stages[name+": "+stage] = true
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return slices.Sorted(maps.Keys(stages))
	}
	want := []string{"base, seed 1: hard", "threshold at 0.7, seed 1: only", "topk:start=1 at 0.7, seed 1: only"}
	if got := made(1, "a"); !slices.Equal(got, want) {
		t.Errorf("made %q, want %q", got, want)
	}
	if got := made(2, "b"); len(got) > 0 {
		t.Errorf("made again: %q", got)
	}
}

// A run resumes under another build with the same numerics version, whose times it then
// has, and specifies which build began it; so a second time.
func TestResumeMoves(t *testing.T) {
	p := small(t)
	p.Seeds, p.Methods, p.Budgets = p.Seeds[:1], []string{"topk:keep"}, []float64{0.7}
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "moved")
	for i, build := range []string{"old", "newer", "newest"} {
		ctx, stop := context.WithCancel(context.Background())
		o := Options{Out: dir, About: []results.Key{{Name: "build", Value: build}}}
		o.Progress = func(p Progress) {
			if i < 2 && p.Complete != nil && p.Complete.Kind == Evaluate {
				stop()
			}
		}
		if _, err := Sweep(ctx, p, o); i < 2 != errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", build, err)
		}
		stop()
	}
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	if record.Get("build") != "newest" || !strings.Contains(record.Get(results.KeyBegunBy), "old; ") || !strings.Contains(record.Get(results.KeyBegunBy), "newer") {
		t.Errorf("build %q, begun by %q", record.Get("build"), record.Get(results.KeyBegunBy))
	}
	if x, y := exactLines(read(t, calm, results.RecordFile)), exactLines(read(t, dir, results.RecordFile)); x != y {
		t.Errorf("counted lines differ:\n%s\n\n%s", x, y)
	}
}

// A run resumes only on the kernel path and text it was begun with.
func TestResumeRefuses(t *testing.T) {
	p := small(t)
	p.Seeds, p.Methods, p.Budgets = p.Seeds[:1], []string{"topk:keep"}, []float64{0.7}
	dir := sweep(t, p, filepath.Join(t.TempDir(), "run"))
	path := filepath.Join(dir, results.RecordFile)
	record := []byte(read(t, path))
	cut := bytes.Index(record, []byte("BenchmarkRun"))
	writeFile(t, path, record[:cut])
	begun, err := results.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	other := slices.Clone(begun.Config)
	other[slices.IndexFunc(other, func(k results.Key) bool { return k.Name == "kernel" })].Value = "old"
	if err := results.Reconfigure(path, other); err != nil {
		t.Fatal(err)
	}
	if _, err := Sweep(context.Background(), p, Options{Out: dir}); err == nil || !strings.Contains(err.Error(), "kernel") {
		t.Errorf("another kernel: %v", err)
	}
	writeFile(t, path, record[:cut])
	sweep(t, p, dir)
	if got := read(t, path); exactLines(got) != exactLines(string(record)) || strings.Count(got, "BenchmarkRun") != 1 {
		t.Errorf("resumed with:\n%s", got)
	}
}
