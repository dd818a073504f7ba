package sweep

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/bench/search"
	"ltpbench/results"
)

// searching is a plan with a short search of top-k and of thresholds.
func searching(t *testing.T) plan.Plan {
	p := small(t)
	p.Methods, p.Measure.Rounds, p.Measure.Latency = []string{"topk:rates", "calibrated:rates"}, 1, 0
	set := p.Searches()
	set.Generations, set.Population, set.Mutations, set.Crossovers, set.Texts = 2, 4, 3, 2, 30
	p.Search = &set
	return p
}

// TestSearch: a search that is stopped again and again, and resumed with another number of threads,
// finds the same front and rules; they meet their budgets; another run can use the fronts instead
// of searching, and all seeds the first one's.
func TestSearch(t *testing.T) {
	p := searching(t)
	p.Seeds = p.Seeds[:1]
	calm := sweep(t, p, filepath.Join(t.TempDir(), "calm"))
	dir := filepath.Join(t.TempDir(), "stopped")
	stops := 0
	for after := 3; ; after += 3 {
		ctx, stop := context.WithCancel(context.Background())
		heard := 0
		_, err := Sweep(ctx, p, Options{Out: dir, Progress: func(x Progress) {
			if heard++; heard >= after && (strings.HasPrefix(x.What, "search of") || heard > after+60) {
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
		if stops++; stops > 50 {
			t.Fatal("the sweep does not come on")
		}
	}
	if stops < 3 {
		t.Errorf("stopped %d times only", stops)
	}
	same(t, calm, dir)
	record, err := results.Read(filepath.Join(calm, results.RecordFile))
	if err != nil {
		t.Fatal(err)
	}
	points := 0
	for i := range record.Points {
		x := &record.Points[i]
		paper, ok := x.Value(results.PaperRatio)
		if !ok || x.Key(results.KeyMethod) == results.MethodNone {
			continue
		}
		points++
		budget := map[string]float64{"0.6": 0.6, "0.8": 0.8}[x.Key(results.KeyBudget)]
		if !strings.Contains(x.Key(results.KeySpec), ":rates=") || math.Abs(paper-budget) > 0.12 {
			t.Errorf("%s at %v needs %v of the FLOPs", x.Key(results.KeySpec), budget, paper)
		}
	}
	if points != 4 {
		t.Errorf("%d points", points)
	}
	fronts, err := filepath.Glob(filepath.Join(calm, "cells", "*", search.FrontFile))
	if err != nil || len(fronts) != 2 {
		t.Fatalf("fronts %v, %v", fronts, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "cells", "*.partial")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, front := range fronts { // the same bits where the search was stopped
		if other := filepath.Join(dir, "cells", filepath.Base(filepath.Dir(front)), search.FrontFile); read(t, front) != read(t, other) {
			t.Errorf("%s is another than %s", front, other)
		}
	}
	given := p
	set := p.Searches()
	set.Fronts = fronts
	given.Search = &set
	again := sweep(t, given, filepath.Join(t.TempDir(), "again"))
	if a, b := exactLines(read(t, calm, results.RecordFile)), exactLines(read(t, again, results.RecordFile)); a != b {
		t.Errorf("with the fronts given:\n%s\nsearched:\n%s", b, a)
	}
}

// TestSearchJobs: one training for both methods, a search for each method and seed, or for the
// first seed alone, none where the front is given; what cannot be searched is an error.
func TestSearchJobs(t *testing.T) {
	kinds := func(p plan.Plan) string {
		jobs, err := Jobs(p)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for i, j := range jobs {
			list = append(list, string(j.Kind))
			for _, need := range j.Needs {
				if !slices.ContainsFunc(jobs[:i], func(other *Job) bool { return other.Key == need }) {
					t.Errorf("%s needs %s, which is not before it", j.Name, need)
				}
			}
		}
		return strings.Join(list, " ")
	}
	p := searching(t)
	p.Budgets = p.Budgets[:1]
	const cell = " fit evaluate"
	if got, want := kinds(p), "base evaluate train search"+cell+" search"+cell+" base evaluate train search"+cell+" search"+cell+" time"; got != want {
		t.Errorf("jobs %s, want %s", got, want)
	}
	set := p.Searches()
	set.FirstSeed = true
	p.Search = &set
	if got, want := kinds(p), "base evaluate train search"+cell+" search"+cell+" base evaluate train"+cell+cell+" time"; got != want {
		t.Errorf("with the first seed's search: jobs %s, want %s", got, want)
	}
	jobs, err := Jobs(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == Search && (j.Candidates != 4+2*5 || j.Tokens == 0 || j.Spec.Budget != "") {
			t.Errorf("search of %d candidates, %d tokens, budget %s", j.Candidates, j.Tokens, j.Spec.Budget)
		}
	}
	front := filepath.Join(t.TempDir(), search.FrontFile)
	text, err := (&search.Front{Method: "topk:rates", Layers: 6, Front: []search.Candidate{{Rates: []float64{1, 1, 1, 0.5, 0.5, 0.5}, Paper: 0.7, Score: 0.9}}}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, front, text)
	set.Fronts = []string{front}
	if got, want := kinds(p), "base evaluate train"+cell+" search"+cell+" base evaluate train"+cell+cell+" time"; got != want {
		t.Errorf("with a front: jobs %s, want %s", got, want)
	}
	without := p
	without.Data = slices.Clone(p.Data)
	without.Data[0].Train = ""
	headed(t, &without, 2)
	without.Seeds = without.Seeds[:1]
	if _, err := Jobs(without); err == nil || !strings.Contains(err.Error(), "method calibrated:rates: a search needs held-out training text") {
		t.Errorf("without training text: %v", err)
	}
	without.Methods = []string{"topk:rates"}
	if _, err := Jobs(without); err != nil {
		t.Errorf("with a front and without training text: %v", err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.json")
	writeFile(t, damaged, text[:len(text)/2])
	for name, want := range map[string]string{"none.json": "no such file", damaged: "damaged.json: it is no front of a search", front: "is the front of topk:rates, which is none of the plan's methods"} {
		other := p
		other.Methods = []string{"calibrated:rates"}
		bad := set
		bad.Fronts = []string{name}
		other.Search = &bad
		if _, err := Sweep(context.Background(), other, Options{Out: filepath.Join(t.TempDir(), "out")}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("front %s: %v", name, err)
		}
	}
	writeFile(t, front, []byte(strings.Replace(string(text), `"layers": 6`, `"layers": 5`, 1)))
	if _, err := Jobs(p); err == nil || !strings.Contains(err.Error(), "has 6 rates, and the front is for 5 layers") {
		t.Errorf("a front for another model: %v", err)
	}
	if err := os.Remove(front); err != nil {
		t.Fatal(err)
	}
}
