package train_test

import (
	"math"
	"strings"
	"testing"

	"ltpbench/model/train"
)

// TestLinear: the default schedule is, to the last bit, the rise and fall in whole steps.
func TestLinear(t *testing.T) {
	for _, steps := range []int{1, 2, 7, 50, 63, 126, 350, 938, 5000} {
		warmup := max(1, steps*6/100)
		for step := range steps {
			want := float32(steps-step) / float32(max(1, steps-warmup))
			if step < warmup {
				want = float32(step+1) / float32(warmup)
			}
			if got := float32(train.Linear{Warmup: 0.06}.At(train.Progress{Step: step, Steps: steps})); got != want {
				t.Fatalf("step %d of %d: %v, want %v", step, steps, got, want)
			}
		}
	}
}

// TestDelay: a delayed schedule is 0 at first and then what it is over the rest.
func TestDelay(t *testing.T) {
	s, err := train.ParseSchedule("linear:warmup=0.1,delay=0.5")
	if err != nil {
		t.Fatal(err)
	}
	for step := range 100 {
		want := 0.0
		if step >= 50 {
			want = train.Linear{Warmup: 0.1}.At(train.Progress{Step: step - 50, Steps: 50})
		}
		if got := s.At(train.Progress{Step: step, Steps: 100}); got != want {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
	}
}

// TestSchedules: every registered schedule's examples stay within 0 and 1 in stages of
// any length, rise during the warm-up, and do not jump.
func TestSchedules(t *testing.T) {
	for _, e := range train.Schedules() {
		if e.Doc == "" || len(e.Examples) == 0 {
			t.Errorf("%s lacks a doc or an example", e.Name)
		}
		for _, text := range e.Examples {
			s, err := train.ParseSchedule(text)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(text, func(t *testing.T) {
				for _, steps := range []int{1, 2, 3, 100, 1001} {
					before := 0.0
					for step := range steps {
						x := s.At(train.Progress{Step: step, Steps: steps})
						if !(x >= 0 && x <= 1) || steps > 100 && step > 0 && math.Abs(x-before) > 0.1 && before > 0 {
							t.Errorf("%v at step %d of %d, after %v", x, step, steps, before)
						}
						before = x
					}
				}
			})
		}
	}
	for text, want := range map[string]string{"linea": "there are: constant, cosine, ", "linear:warmup=2": "from 0 to 1", "cosine:rate=1": "takes: warmup, delay", "linear:delay=2": "from 0 to 1"} {
		if _, err := train.ParseSchedule(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
