package recipe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// small is an input of a six-layer model and texts of made-up words, whose label is whether the first
// word is an even one.
func small(t *testing.T) *Input {
	t.Helper()
	weights, err := model.Load("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	vocab := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
	for i := range 60 {
		vocab = append(vocab, fmt.Sprintf("w%d", i))
	}
	words, err := tokenize.FromVocab([]byte(strings.Join(vocab, "\n")), true)
	if err != nil {
		t.Fatal(err)
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		t.Fatal(err)
	}
	in := &Input{Weights: weights, Tokenizer: words, Task: task}
	random := rand.New(rand.NewPCG(1, 0))
	for range 300 {
		first := random.IntN(60)
		line := []string{fmt.Sprintf("w%d", first)}
		for range 3 + random.IntN(12) {
			line = append(line, fmt.Sprintf("w%d", random.IntN(60)))
		}
		in.Texts = append(in.Texts, text.Example{Text: strings.Join(line, " "), Label: first % 2})
	}
	in.Texts, in.HeldOut = in.Texts[:240], in.Texts[240:]
	return in
}

func device(t *testing.T, threads int) hw.Backward {
	t.Helper()
	d, err := hw.Open("cpu", hw.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d.(hw.Backward)
}

func plain() Recipe {
	r := Default()
	r.Model, r.Task, r.Batch, r.MaxLength, r.LearningRate = "small", "SST-2", 16, 32, 1e-3
	return r
}

// learned has all three stages: soft, hard and after a cut.
func learned() Recipe {
	r := plain()
	r.Pruner, r.Learn, r.Budget = "threshold:final=0.02", true, 0.6
	r.Rank, r.CutRate = 4, 1e-3
	return r
}

// lengths has one stage, of three passes.
func lengths() Recipe {
	r := plain()
	r.Pruner, r.Budget, r.Epochs = "lengthdrop", 0.7, 3
	return r
}

// easy begins with few tokens of each text, and another with a rule that drops few.
func easy() (texts, rule Recipe) {
	texts, rule = plain(), plain()
	texts.Pruner, texts.Curriculum = "topk:keep=0.5", "prefix:from=0.3"
	rule.Pruner, rule.Curriculum = "threshold:final=0.02", "grow:shape=cosine,until=0.9"
	return texts, rule
}

// TestStopAndGoOn: a run that is stopped in each of its stages, after a random step, and continues each time
// with another number of threads ends with the same bits as an undisturbed one.
func TestStopAndGoOn(t *testing.T) {
	in, seed := small(t), rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	texts, rule := easy()
	for _, r := range []Recipe{learned(), plain(), lengths(), texts, rule} {
		lengths := map[string]int{}
		want, err := r.Make(context.Background(), device(t, 1), in, Watch{Progress: func(p Progress) { lengths[p.Stage] = p.Steps }})
		if err != nil {
			t.Fatal(err)
		}
		w := Watch{State: filepath.Join(t.TempDir(), "a", "partial"), Every: time.Nanosecond}
		threads := 2
		for _, stage := range []string{"soft", "hard", "cut", "lengths"} {
			if lengths[stage] == 0 {
				continue
			}
			stop := 1 + random.IntN(lengths[stage]-1)
			ctx, cancel := context.WithCancel(context.Background())
			w.Progress = func(p Progress) {
				if p.Stage == stage && p.Step == stop {
					cancel()
				}
			}
			_, err := r.Make(ctx, device(t, threads), in, w)
			var stopped *Stopped
			if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.At.Step != stop {
				t.Fatalf("seed %d: stopped after step %d of stage %s with %v", seed, stop, stage, err)
			}
			other := r
			other.Seed++
			if _, err := other.Make(ctx, device(t, 1), in, w); err == nil || !strings.Contains(err.Error(), "another recipe") {
				t.Errorf("another recipe goes on from it: %v", err)
			}
			less := *in
			less.Texts = in.Texts[1:]
			if _, err := r.Make(ctx, device(t, 1), &less, w); err == nil || !strings.Contains(err.Error(), "another training text") {
				t.Errorf("the recipe goes on with another text: %v", err)
			}
			threads = 3 - threads
		}
		w.Progress = nil
		got, err := r.Make(context.Background(), device(t, threads), in, w)
		if err != nil {
			t.Fatal(err)
		}
		if got.Outcome.Weights != want.Outcome.Weights || got.Pruner != want.Pruner || got.Steps != want.Steps || got.Tokens != want.Tokens || got.Lambda != want.Lambda {
			t.Errorf("seed %d: after stops\n%+v\nundisturbed\n%+v", seed, got.Outcome, want.Outcome)
		}
		if err := w.Forget(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(w.State); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Forget leaves the folder: %v", err)
		}
	}
}

// TestKilled: a run that ends without a word continues from what it wrote last.
func TestKilled(t *testing.T) {
	in, r := small(t), learned()
	want, err := r.Make(context.Background(), device(t, 1), in, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	w := Watch{State: t.TempDir(), Every: time.Nanosecond}
	func() {
		defer func() { _ = recover() }()
		w.Progress = func(p Progress) {
			if p.Stage == "hard" && p.Step == 7 {
				panic("killed")
			}
		}
		_, _ = r.Make(context.Background(), device(t, 1), in, w)
	}()
	begun := 0
	w.Progress = func(p Progress) {
		if begun == 0 {
			begun = p.Step
		}
	}
	got, err := r.Make(context.Background(), device(t, 2), in, w)
	if err != nil {
		t.Fatal(err)
	}
	if begun != 7 || got.Outcome.Weights != want.Outcome.Weights || got.Pruner != want.Pruner {
		t.Errorf("goes on at step %d and ends as %s, %s; undisturbed %s, %s", begun, got.Outcome.Weights, got.Pruner, want.Outcome.Weights, want.Pruner)
	}
}

// TestDistil: a student that is pruned comes nearer to its teacher's answers and hidden states.
func TestDistil(t *testing.T) {
	in := small(t)
	in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
	r := plain()
	r.Teacher, r.Hidden, r.Pruner, r.Dropout, r.Epochs = "itself", 1, "topk:rate=0.2,start=1", false, 4
	var seen []float64
	if _, err := r.Make(context.Background(), device(t, 0), in, Watch{Progress: func(p Progress) { seen = append(seen, p.Term("hidden").Value) }}); err != nil {
		t.Fatal(err)
	}
	first, last := 0.0, 0.0
	for i := range 20 {
		first, last = first+seen[i], last+seen[len(seen)-1-i]
	}
	if !(last < 0.8*first && first > 0) {
		t.Errorf("the distance of twenty steps goes from %v to %v", first, last)
	}
	short := *in
	words, err := tokenize.FromVocab([]byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nw\n##0\n##1\n##2"), true)
	if err != nil {
		t.Fatal(err)
	}
	short.TeacherTokenizer = words
	if _, err := r.Make(context.Background(), device(t, 0), &short, Watch{}); err == nil || !strings.Contains(err.Error(), "tokens") {
		t.Errorf("a teacher that splits words otherwise gives %v", err)
	}
}

// TestSavedDelta: what a cut recipe saves is what it measured, and the whole of it.
func TestSavedDelta(t *testing.T) {
	in, dir := small(t), t.TempDir()
	for _, change := range []func(*Recipe){func(r *Recipe) {}, func(r *Recipe) { r.Rank, r.Delta = 0, true }} {
		r := learned()
		change(&r)
		made, err := r.Make(context.Background(), device(t, 0), in, Watch{})
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Save(dir); err != nil {
			t.Fatal(err)
		}
		back, err := Apply(in.Weights, os.DirFS(dir), ".")
		if err != nil {
			t.Fatal(err)
		}
		if back.Hash() != made.Outcome.Weights {
			t.Errorf("read back as %s, measured as %s", back.Hash(), made.Outcome.Weights)
		}
		e, err := model.New(device(t, 0), back)
		if err != nil {
			t.Fatal(err)
		}
		saved, err := ReadOutcome(dir)
		if err != nil {
			t.Fatal(err)
		}
		rule, err := saved.Rule(os.DirFS(dir), ".")
		if err != nil {
			t.Fatal(err)
		}
		if r.Learn == (pruners.StateOf(rule) == nil) || pruners.StateOf(rule).Hash() != pruners.StateOf(made.Rule).Hash() {
			t.Errorf("%s has learned %v, and is saved as %v", made.Pruner, pruners.StateOf(made.Rule), pruners.StateOf(rule))
		}
		held, _, err := text.Tokenize(in.Tokenizer, in.Task, in.HeldOut, r.MaxLength)
		if err != nil {
			t.Fatal(err)
		}
		score, err := score(e, rule, held, in.Task.Truth(in.HeldOut))
		if err != nil {
			t.Fatal(err)
		}
		if score.Paper != made.HeldOut.Paper || score.Accuracy != made.HeldOut.Accuracy {
			t.Errorf("measures %+v, noted was %+v", score, made.HeldOut)
		}
		if d := score.Paper - r.Budget; d > Near || d < -Near {
			t.Errorf("relative FLOPs %v, asked for %v", score.Paper, r.Budget)
		}
	}
}

func TestCheck(t *testing.T) {
	for want, change := range map[string]func(*Recipe){
		"no pruner \"tok\"; there are: ": func(r *Recipe) { r.Pruner = "tok" },
		"epochs":                         func(r *Recipe) { r.Epochs = 0 },
		"batch":                          func(r *Recipe) { r.Batch = 0 },
		"nothing to lear":                func(r *Recipe) { r.Pruner, r.Learn = "topk:rate=0.5", true },
		"from 0 to 1":                    func(r *Recipe) { r.Budget = 2 },
		"nothing that":                   func(r *Recipe) { r.Budget = 0.5 },
		"vocabulary":                     func(r *Recipe) { r.Delta, r.Vocabulary = true, true },
		"rank":                           func(r *Recipe) { r.Rank = -1 },
		"whose":                          func(r *Recipe) { r.Hidden = 1 },
	} {
		r := plain()
		change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
	for _, r := range []Recipe{plain(), learned()} {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestRanges: no number that makes no sense is carried out; the error names the flag that sets it.
func TestRanges(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for i, tc := range []struct {
		want   string
		change func(*Recipe)
	}{
		{"--examples -5", func(r *Recipe) { r.Examples = -5 }},
		{"--epochs 0", func(r *Recipe) { r.Epochs = 0 }},
		{"--batch 0", func(r *Recipe) { r.Batch = 0 }},
		{"--batch-tokens -3", func(r *Recipe) { r.BatchTokens = -3 }},
		{"--max-length 0", func(r *Recipe) { r.MaxLength = 0 }},
		{"--learning-rate -1", func(r *Recipe) { r.LearningRate = -1 }},
		{"--learning-rate NaN", func(r *Recipe) { r.LearningRate = nan }},
		{"--weight-decay -2", func(r *Recipe) { r.WeightDecay = -2 }},
		{"--weight-decay +Inf", func(r *Recipe) { r.WeightDecay = inf }},
		{"--max-grad-norm -1", func(r *Recipe) { r.MaxGradNorm = -1 }},
		{"--units -1", func(r *Recipe) { r.Units = -1 }},
		{"--rank -1", func(r *Recipe) { r.Rank = -1 }},
		{"--cut-rate 0", func(r *Recipe) { r.CutRate = 0 }},
		{"--hidden NaN", func(r *Recipe) { r.Hidden, r.Teacher = nan, "t" }},
		{"--budget NaN", func(r *Recipe) { r.Budget = math.NaN() }},
		{"--lambda -5", func(r *Recipe) { r.Lambda = -5 }},
		{"--temperature 0", func(r *Recipe) { r.Temperature = 0 }},
		{"--temperature -1", func(r *Recipe) { r.Temperature = -1 }},
		{"--learner-rate -1", func(r *Recipe) { r.LearnerRate = -1 }},
	} {
		r := learned()
		tc.change(&r)
		if err := r.Check(); err == nil || !strings.HasPrefix(err.Error(), tc.want+": it has to be ") {
			t.Errorf("%d: %v, want an error that begins with %s", i, err, tc.want)
		}
	}
}

// TestWhole: a recipe of the whole text learns from each example and reports on none of them.
func TestWhole(t *testing.T) {
	in := small(t)
	in.HeldOut = nil
	for whole, want := range map[bool]int{false: 235, true: 240} {
		r := plain()
		r.Whole = whole
		made, err := r.Make(context.Background(), device(t, 2), in, Watch{})
		if err != nil {
			t.Fatal(err)
		}
		if made.Training != want || made.HeldOut.Examples != 240-want {
			t.Errorf("whole %v: trained on %d examples and measured on %d", whole, made.Training, made.HeldOut.Examples)
		}
		note, err := json.Marshal(made.Outcome)
		if err != nil || strings.Contains(string(note), "held_out") == whole {
			t.Errorf("whole %v: noted %s, %v", whole, note, err)
		}
	}
	r := learned()
	r.Whole = true
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "whole") {
		t.Errorf("a budget without held-out text: %v", err)
	}
}
