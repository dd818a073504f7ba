package sweep

import (
	"fmt"
	"slices"
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
}
