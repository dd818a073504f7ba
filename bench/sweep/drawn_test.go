package sweep

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/bench/text"
	"ltpbench/model"
)

// Settings are chosen on validation text: it comes from the training text, nothing learns from it, no budget is met on it,
// and what the training text shares with the text that is reported on in the end is in none of them.
func TestDrawnTexts(t *testing.T) {
	p := small(t)
	writeFile(t, p.Data[0].Train, append(texts(2, 200), read(t, p.Data[0].File)[len("sentence\tlabel\n"):]...))
	corpusOf := func(d plan.Data) *corpus {
		t.Helper()
		x, err := readText(&p, d, &model.Config{}, "tiny")
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	whole := corpusOf(p.Data[0])
	d := p.Data[0]
	d.ValidationTexts, d.TrainTexts = 50, 100
	part := corpusOf(d)
	if len(part.measured) != 50 || len(part.train)+len(part.held) != 100 || part.drawn != "50 random ones taken out of the training text" {
		t.Fatalf("%d measured, %d trained on, %d held out, %q", len(part.measured), len(part.train), len(part.held), part.drawn)
	}
	disjoint := func(lists ...[]text.Example) {
		t.Helper()
		seen := map[string]string{}
		for i, list := range lists {
			for _, e := range list {
				if before, ok := seen[e.Text]; ok {
					t.Errorf("%q is in %s and in list %d", e.Text, before, i)
				}
				seen[e.Text] = fmt.Sprint("list ", i)
			}
		}
	}
	disjoint(part.measured, part.train, part.held, whole.measured)
	if again := corpusOf(d); !slices.Equal(again.measured, part.measured) || !slices.Equal(again.train, part.train) {
		t.Error("other texts are drawn the second time")
	}
	d = p.Data[0]
	d.TestTexts = 10
	some := corpusOf(d)
	if len(some.measured) != 10 || some.drawn != "10 random ones of 40" || slices.Equal(some.measured, whole.measured[:10]) {
		t.Errorf("%d measured, %q", len(some.measured), some.drawn)
	}
	disjoint(some.train, some.held, whole.measured) // texts that are not drawn are no training texts either

	// Halves come first: what is trained on or measured is drawn from them, and stays what it is whatever else is drawn.
	d = p.Data[0]
	d.TrainHalf, d.TestHalf = plan.Shorter, plan.Longer
	halves := corpusOf(d)
	pool := len(whole.pool)
	if len(halves.measured) != 20 || len(halves.pool) != (pool+1)/2 || !strings.HasPrefix(halves.drawn, "longer half: 20 of 40, at least ") ||
		!strings.HasPrefix(halves.half, fmt.Sprintf("shorter half: %d of %d, at most ", (pool+1)/2, pool)) {
		t.Errorf("%d measured, %d of %d trained on, %q, %q", len(halves.measured), len(halves.pool), pool, halves.drawn, halves.half)
	}
	least, _ := text.Words(halves.measured)
	if _, most := text.Words(halves.pool); least < most {
		t.Errorf("measured are texts from %d words, and those trained on have up to %d", least, most)
	}
	inside := func(part, all []text.Example) {
		t.Helper()
		for _, e := range part {
			if !slices.Contains(all, e) {
				t.Errorf("%q is not from the half", e.Text)
			}
		}
	}
	d.TestTexts, d.TrainTexts = 10, 50
	some = corpusOf(d)
	if len(some.measured) != 10 || len(some.pool) != 50 || some.half != halves.half || some.drawn != "10 random ones of 20; "+halves.drawn {
		t.Errorf("%d measured, %d trained on, %q, %q", len(some.measured), len(some.pool), some.drawn, some.half)
	}
	inside(some.measured, halves.measured)
	inside(some.pool, halves.pool)

	// Settings for that are chosen on the longer half of the training text.
	d.TestTexts, d.TrainTexts, d.ValidationTexts = 0, 0, 30
	chosen := corpusOf(d)
	_, longer := text.Halves(whole.pool)
	if len(chosen.measured) != 30 || !slices.Equal(chosen.pool, halves.pool) || !strings.HasPrefix(chosen.drawn, "30 random ones taken out of the training text; longer half") {
		t.Errorf("%d measured, %d trained on, %q", len(chosen.measured), len(chosen.pool), chosen.drawn)
	}
	inside(chosen.measured, longer)
	disjoint(chosen.measured, chosen.pool, whole.measured)
	d.TestHalf = plan.Shorter // measured and trained on are parts of one half
	same := corpusOf(d)
	disjoint(same.measured, same.pool)
	inside(append(same.measured, same.pool...), halves.pool)
	if len(same.measured)+len(same.pool) != len(halves.pool) {
		t.Errorf("%d and %d of %d", len(same.measured), len(same.pool), len(halves.pool))
	}

	d = p.Data[0]
	d.TestHalf, d.Limit = plan.Longer, 1
	if _, err := readText(&p, d, &model.Config{}, "tiny"); err == nil || !strings.Contains(err.Error(), "leave test-half out") {
		t.Errorf("half of one text: %v", err)
	}
}
