package recipe

import (
	"fmt"
	"path/filepath"
	"strings"

	"ltpbench/bench/text"
	"ltpbench/results"
	"ltpbench/results/card"
)

// cardFile introduces the weights beside it to readers and model hubs.
const cardFile = "README.md"

// card is the text of that file: what was measured in training, in the form that hubs read, and how to repeat it. Speed
// is not measured there, so it names the command.
func (o *Outcome) card() []byte {
	var b strings.Builder
	b.WriteString("---\npipeline_tag: text-classification\ntags:\n- token-pruning\n- ltpbench\n")
	name := o.name()
	if values := o.measured(); values != nil {
		// A strings.Builder takes everything.
		_ = card.Index(&b, []card.Result{{Model: name, Task: o.Recipe.Task, Split: "held-out training text", Values: values}})
	}
	fmt.Fprintf(&b, "---\n\n# %s\n\n", card.Prose(name))
	fmt.Fprintf(&b, "A classifier for %s, begun from %s and trained by `ltpbench train` in %d steps on %d texts (%d tokens).\n",
		card.Prose(o.Recipe.Task), card.Prose(filepath.Base(o.Recipe.Model)), o.Steps, o.Training, o.Tokens)
	if o.Pruner != "" && o.Pruner != "none" {
		fmt.Fprintf(&b, "It was trained with the rule %s, which removes tokens between layers; programs other than ltpbench run it without pruning.\n", card.Prose(o.Pruner))
	}
	if o.HeldOut.Examples > 0 {
		fmt.Fprintf(&b, "\nOn %d texts of the training data that nothing was learned from: %s, at %.3f of the FLOPs without pruning (published formula).\n", o.HeldOut.Examples, o.HeldOut, o.HeldOut.Paper)
	}
	b.WriteString("\nIn this folder, `ltpbench predict --model .` labels texts, `ltpbench eval --model . --data FILE` scores it, and\n" +
		"`ltpbench sweep --model . --data FILE --methods RULE` measures what pruning saves of the time, which training does not.\n" +
		"`ltpbench table RUN --format model-index` writes what a sweep has measured for the head of this file.\n" +
		"`training.json` has the recipe, with hashes of the base and the data.\n")
	return []byte(b.String())
}

// name is the weights' name: the base's, the rule's and the task's.
func (o *Outcome) name() string {
	rule, _, _ := strings.Cut(o.Pruner, ":")
	var parts []string
	for _, part := range []string{filepath.Base(o.Recipe.Model), rule, o.Recipe.Task} {
		if part != "" && part != "." && part != "none" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-")
}

// measured are the held-out score and FLOPs as values; nil where nothing was held out.
func (o *Outcome) measured() []results.Value {
	s := o.HeldOut
	if s.Examples == 0 {
		return nil
	}
	score := results.Value{Unit: results.Accuracy, Value: s.Value()}
	switch {
	case s.regression:
		score.Unit = results.Pearson
	case s.several:
		score.Unit = text.MicroF1.Unit
	}
	return []results.Value{score, {Unit: results.PaperRatio, Value: s.Paper}}
}
