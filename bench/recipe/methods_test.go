package recipe

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// methods are recipes for rules and objectives that are not LTP's own.
var methods = map[string]func(r *Recipe, in *Input){
	"token-labels": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget, r.Teacher = "topk:rate=0.2,start=1", 0.6, "base"
		r.Stages = []Stage{{Name: "hard", Rule: RulePrunes, Objectives: []string{"task", "token-labels", "token-labels:target=hidden,where=death,weight=0.1"}}}
		in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
	},
	"token-scl": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget = "topk:rate=0.2,start=1", 0.6
		r.Stages = []Stage{{Name: "hard", Rule: RulePrunes, Objectives: []string{"task:weight=0.8", "token-scl:weight=0.2"}}}
	},
	"evit":          func(r *Recipe, in *Input) { r.Pruner, r.Budget = "evit:rate=0.7", 0.7 },
	"evit:fuse=sum": func(r *Recipe, in *Input) { r.Pruner, r.Budget = "evit:rate=0.7,fuse=sum", 0.7 },
	"power":         func(r *Recipe, in *Input) { r.Pruner, r.Budget, r.Learn = "power:shift=0", 0.6, true },
	"tome":          func(r *Recipe, in *Input) { r.Pruner, r.Budget = "tome:share=0.1", 0.7 },
	"pool":          func(r *Recipe, in *Input) { r.Pruner, r.Budget, r.Learn = "pool:k=16", 0.7, true },
	"dynamicvit": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget, r.Learn, r.Teacher = "dynamicvit:keep=0.7", 0.6, true, "base"
		in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
	},
	"dynamicvit:decide=threshold": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget, r.Learn, r.Teacher = "dynamicvit:keep=0.7,decide=threshold", 0.7, true, "base"
		in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
	},
	"transkimmer": func(r *Recipe, in *Input) { r.Pruner, r.Budget, r.Learn, r.Epochs = "transkimmer:bar=0", 0.7, true, 3 },
	"adapler": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget, r.Learn, r.Teacher, r.Epochs = "adapler:scale=1", 0.7, true, "base", 3
		in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
	},
	"average": func(r *Recipe, in *Input) { r.Pruner, r.Budget = "average:keep=0.5,layer=1", 0.6 },
	"budget": func(r *Recipe, in *Input) {
		r.Pruner, r.Budget, r.Learn = "threshold:final=0.01", 0.7, true
		r.Stages = []Stage{{Name: "soft", Rule: RuleLearns, Objectives: []string{"task", "budget"}, Epochs: 4}}
	},
}

// TestMethods: each trains, is brought to its budget, resumes to the same bits wherever it
// is stopped, and is saved whole.
func TestMethods(t *testing.T) {
	for name, change := range methods {
		t.Run(name, func(t *testing.T) {
			in, r, seed := small(t), plain(), rand.Uint64()
			change(&r, in)
			steps := 0
			want, err := r.Make(context.Background(), device(t, 1), in, Watch{Progress: func(p Progress) { steps++ }})
			if err != nil {
				t.Fatal(err)
			}
			if d := want.HeldOut.Paper - r.Budget; d > Near || d < -Near {
				t.Errorf("at budget %v it needs %v", r.Budget, want.HeldOut.Paper)
			}
			if name == "budget" && math.Abs(want.Settings[0].Learned-r.Budget) > 0.05 {
				t.Errorf("for budget %v it learns what needs %v", r.Budget, want.Settings[0].Learned)
			}
			stop, done := 1+rand.New(rand.NewPCG(seed, 0)).IntN(steps-1), 0
			ctx, cancel := context.WithCancel(context.Background())
			w := Watch{State: t.TempDir(), Every: time.Hour, Progress: func(p Progress) {
				if done++; done == stop {
					cancel()
				}
			}}
			var stopped *Stopped
			if _, err := r.Make(ctx, device(t, 2), in, w); !errors.As(err, &stopped) {
				t.Fatalf("seed %d: stopped with %v", seed, err)
			}
			w.Progress = nil
			got, err := r.Make(context.Background(), device(t, 1), in, w)
			if err != nil {
				t.Fatal(err)
			}
			if got.Outcome.Weights != want.Outcome.Weights || got.Pruner != want.Pruner || got.Learned != want.Learned || !reflect.DeepEqual(got.Figures, want.Figures) {
				t.Errorf("seed %d: stopped after step %d it ends as\n%+v\nundisturbed as\n%+v", seed, stop, got.Outcome, want.Outcome)
			}
			dir := filepath.Join(t.TempDir(), "made")
			if err := want.Save(dir); err != nil {
				t.Fatal(err)
			}
			note, err := ReadOutcome(dir)
			if err != nil {
				t.Fatal(err)
			}
			rule, err := note.Rule(os.DirFS(dir), ".")
			if err != nil || !reflect.DeepEqual(rule, want.Rule) || !reflect.DeepEqual(note.Figures, want.Figures) {
				t.Errorf("saved is %v, %v, %v", rule, note.Figures, err)
			}
			t.Logf("held out: %s at %.3f; %v; figures %v; settings %+v", want.HeldOut, want.HeldOut.Paper, want.Rule.Spec(), want.Figures, want.Settings)
		})
	}
}
