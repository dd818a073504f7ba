package decide

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/evaltest"
	"ltpbench/pruners"
)

// A series that few budgets can be met by, such as the depths of a model of six layers, is
// gone through to its end.
func TestTryDepths(t *testing.T) {
	r := &run{Options: Options{Limits: Limits{MaxLoss: 100}}, ctx: context.Background(), e: evaltest.Encoder(t), out: &Decision{}}
	r.first.examples, r.first.labels = evaltest.Examples(30), make([]int, 30)
	var err error
	if r.first.right, r.first.none, err = r.answer(&r.first, pruners.None{}); err != nil {
		t.Fatal(err)
	}
	start, _, err := pruners.ParseSeries("shallow")
	if err != nil {
		t.Fatal(err)
	}
	budget, more := 0.9, true
	for rung := 0; rung < rungs && more; rung++ {
		if more, err = r.tryOne("shallow", start, budget, r.first.examples); err != nil {
			t.Fatal(err)
		}
		budget *= fall
	}
	var tried []string
	for _, x := range r.out.Tried {
		tried = append(tried, x.Rule.Spec().String())
	}
	for _, layers := range []int{5, 4, 3} {
		if !slices.Contains(tried, fmt.Sprintf("shallow:layers=%d", layers)) {
			t.Errorf("tried are %v, without %d layers", tried, layers)
		}
	}
}

// The map has the boxes that fit the model and the time, whatever one that does not would take.
func TestBoxes(t *testing.T) {
	r := &run{Options: Options{Budget: 10 * time.Minute}, e: evaltest.Encoder(t), out: &Decision{Pace: 5e-4}}
	least := r.out.Pace * leastRows * 2 * (mapRounds + 1)
	left := shareGrid * r.Budget.Seconds()
	boxes := r.boxes()
	for _, b := range boxes {
		if b.Tokens > r.e.Config.MaxLength() {
			t.Errorf("%+v is longer than the model's %d tokens", b, r.e.Config.MaxLength())
		}
		left -= r.out.Pace * float64(max(leastRows, b.Sequences*b.Tokens)) * 2 * (mapRounds + 1)
	}
	if left < 0 || left >= least && !slices.Contains(boxes, clock.Box{Sequences: 8, Tokens: 16}) {
		t.Errorf("boxes %v leave %v s, and the smallest takes %v", boxes, left, least)
	}
}
