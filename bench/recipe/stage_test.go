package recipe

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ltpbench/model/train"
)

// TestStages: the usual stages are a list like any other, so a recipe that spells them out
// makes the same bits.
func TestStages(t *testing.T) {
	in, r := small(t), learned()
	want, err := r.Make(context.Background(), device(t, 1), in, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	spelt := r
	spelt.Stages = []Stage{
		{Name: "one", Rule: RuleLearns, Objectives: []string{"task", "mask:weight=0.03,over=real"}},
		{Name: "two", Rule: RulePrunes, Epochs: 1, Objectives: []string{"task"}, Schedule: "linear:warmup=0.06"},
		{Name: "three", Rule: RulePrunes, Rank: r.Rank, LearningRate: r.CutRate, Freeze: train.Products},
	}
	spelt.Rank = 0
	got, err := spelt.Make(context.Background(), device(t, 2), in, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Outcome.Weights != want.Outcome.Weights || got.Pruner != want.Pruner || got.Lambda != want.Lambda || got.Steps != want.Steps {
		t.Errorf("spelt out it makes\n%+v\nand by default\n%+v", got.Outcome, want.Outcome)
	}
	if spelt.Identity() == r.Identity() {
		t.Error("two recipes have one identity")
	}
	other := r
	other.Model = "another folder of the same weights"
	if other.Identity() != r.Identity() {
		t.Error("a model's name belongs to the identity")
	}
}

// TestPasses: a stage of several passes per step trains, is stopped and resumed to the same
// bits, and counts its passes in no step more.
func TestPasses(t *testing.T) {
	in, r := small(t), plain()
	r.Pruner, r.Budget = "topk:rate=0.2,start=1", 0.6
	r.Stages = []Stage{{Name: "sandwich", Schedule: "cosine", Passes: []Pass{
		{Rule: RuleRests}, {Rule: RulePrunes, Objectives: []string{"distil:from=first"}, Weight: 0.5},
	}}}
	want, err := r.Make(context.Background(), device(t, 1), in, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	w := Watch{State: t.TempDir(), Every: time.Hour, Progress: func(p Progress) {
		if p.Stage != "sandwich" || len(p.Terms) != 2 {
			t.Fatalf("%+v", p)
		}
		if p.Step == 7 {
			stop()
		}
	}}
	var stopped *Stopped
	if _, err := r.Make(ctx, device(t, 2), in, w); !errors.As(err, &stopped) {
		t.Fatal(err)
	}
	w.Progress = nil
	got, err := r.Make(context.Background(), device(t, 1), in, w)
	if err != nil {
		t.Fatal(err)
	}
	if got.Outcome.Weights != want.Outcome.Weights || want.Steps != 15 || got.Steps != 15 {
		t.Errorf("resumed %+v\nundisturbed %+v", got.Outcome, want.Outcome)
	}
}

// TestStagesFit: what does not fit the model or the rule is known before the first step.
func TestStagesFit(t *testing.T) {
	in := small(t)
	for want, change := range map[string]func(*Recipe){
		"stage last: objective hidden: it learns from a teacher": func(r *Recipe) {
			r.Stages = []Stage{{Name: "first", Rule: RulePrunes}, {Name: "last", Rule: RulePrunes, Objectives: []string{"hidden"}}}
		},
		"objective mask: there is no mask": func(r *Recipe) { r.Stages = []Stage{{Rule: RulePrunes, Objectives: []string{"mask"}}} },
		"no stage has rule = 'learn'": func(r *Recipe) {
			r.Pruner, r.Learn, r.Stages = "threshold:final=0.01", true, []Stage{{Rule: RulePrunes}}
		},
		"stage 1: no objective":              func(r *Recipe) { r.Stages = []Stage{{Rule: RulePrunes, Objectives: []string{"taks"}}} },
		"stage 1: learning-rate 2":           func(r *Recipe) { r.Stages = []Stage{{Rule: RulePrunes, LearningRate: 2}} },
		"only one can cut":                   func(r *Recipe) { r.Stages = []Stage{{Rule: RulePrunes, Rank: 2}, {Rule: RulePrunes, Rank: 1}} },
		`no schedule "down"`:                 func(r *Recipe) { r.LearnerSchedule = "down" },
		`no schedule "up"; there are: const`: func(r *Recipe) { r.Schedule = "up" },
	} {
		r, steps := plain(), 0
		change(&r)
		_, err := r.Make(context.Background(), device(t, 1), in, Watch{Progress: func(Progress) { steps++ }})
		if err == nil || !strings.Contains(err.Error(), want) || steps > 0 {
			t.Errorf("after %d steps %v, want %s", steps, err, want)
		}
	}
}
