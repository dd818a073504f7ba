package recipe

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"ltpbench/pruners"
)

// TestCalibrated: weights are fine-tuned with thresholds that text has given; stopped and
// resumed, the thresholds have the same bits, and a saved folder has them.
func TestCalibrated(t *testing.T) {
	in, r := small(t), plain()
	r.Pruner, r.Budget = "calibrated:q=0.1", 0.6
	want, err := r.Make(context.Background(), device(t, 1), in, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	if want.Learned == "" || want.Warning() != "" {
		t.Fatalf("%s learned %q: %s", want.Pruner, want.Learned, want.Warning())
	}
	ctx, stop := context.WithCancel(context.Background())
	w := Watch{State: t.TempDir(), Every: time.Hour, Progress: func(p Progress) {
		if p.Step == 2 {
			stop()
		}
	}}
	var stopped *Stopped
	if _, err := r.Make(ctx, device(t, 1), in, w); !errors.As(err, &stopped) {
		t.Fatal(err)
	}
	w.Progress = nil
	got, err := r.Make(context.Background(), device(t, 2), in, w)
	if err != nil {
		t.Fatal(err)
	}
	if got.Pruner != want.Pruner || got.Learned != want.Learned || got.Outcome.Weights != want.Outcome.Weights {
		t.Errorf("stopped and resumed: %+v, undisturbed %+v", got.Outcome, want.Outcome)
	}
	dir := t.TempDir()
	if err := got.Save(dir); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, want.Rule)
}

// TestNote: a rule that is brought to a budget without training keeps what text has given it.
func TestNote(t *testing.T) {
	p, err := pruners.Parse("calibrated:q=0.1,score=cls")
	if err == nil {
		p, err = pruners.WithState(p, pruners.State{"theta": {Shape: []int{3}, Data: []float32{0, 0.5, 0.75}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	store := Store(t.TempDir())
	if err := store.Note("key", &Outcome{}, p); err != nil {
		t.Fatal(err)
	}
	if err := store.Verify("key"); err != nil {
		t.Error(err)
	}
	holds(t, store.Path("key"), p)
}

// holds checks that a folder has a rule with its state.
func holds(t *testing.T, dir string, want pruners.Pruner) {
	t.Helper()
	o, err := ReadOutcome(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.Rule(os.DirFS(dir), ".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pruners.StateOf(p)["theta"].Data, pruners.StateOf(want)["theta"].Data; len(want) == 0 || !slices.Equal(got, want) || p.Spec().String() != o.Pruner {
		t.Errorf("saved: %s with %v, want %v", p.Spec(), got, want)
	}
}
