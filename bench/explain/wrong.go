package explain

import (
	"fmt"

	"ltpbench/bench/eval"
)

// Tally counts what rules do to the answers on labelled text.
type Tally struct {
	Texts    int
	Unpruned int     // right answers of the unpruned model
	Rules    []Count // a rule each
	Differ   int     // texts on which two rules answer differently
}

// Count is what one rule does to the answers.
type Count struct{ Right, Changed, Lost, Won int }

// Add counts a text whose label is known, and reports whether two of all answers, the unpruned model's included, differ.
func (t *Tally) Add(x *Text) bool {
	if t.Rules == nil {
		t.Rules = make([]Count, len(x.Traces))
	}
	t.Texts++
	whole := eval.Largest(x.Answer.Logits)
	if whole == x.Label {
		t.Unpruned++
	}
	changed, differ := false, false
	for i, trace := range x.Traces {
		c, own := &t.Rules[i], eval.Largest(trace.Answer.Logits)
		differ = differ || own != eval.Largest(x.Traces[0].Answer.Logits)
		if own == x.Label {
			c.Right++
		}
		if own == whole {
			continue
		}
		changed = true
		c.Changed++
		switch x.Label {
		case whole:
			c.Lost++
		case own:
			c.Won++
		}
	}
	if differ {
		t.Differ++
	}
	return changed || differ
}

// Sentences say what was counted.
func (t *Tally) Sentences() (list []string) {
	list = append(list, fmt.Sprintf("unpruned: %d of %d texts right.", t.Unpruned, t.Texts))
	for i, c := range t.Rules {
		list = append(list, fmt.Sprintf("%s: %d right; %d answers changed, %d from right to wrong and %d from wrong to right.", letter(i), c.Right, c.Changed, c.Lost, c.Won))
	}
	if len(t.Rules) > 1 {
		list = append(list, fmt.Sprintf("The rules answer differently on %d texts.", t.Differ))
	}
	return list
}
