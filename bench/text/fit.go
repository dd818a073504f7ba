package text

import (
	"fmt"

	"ltpbench/model"
)

// FormatFor fits a format to a model that answers already: it reads scores for a
// regression, else labels in the model's own order. A text of the other kind is an
// error. Name is the model's, for messages.
func FormatFor(f Format, c *model.Config, name string) (Format, error) {
	if c.Labels == 0 {
		return f, nil
	}
	scores := c.IsRegression()
	if c.IsMultiLabel() {
		f.Several, scores = true, false
	} else if f.Several && c.Problem == "" {
		scores = false
	}
	switch {
	case f.atOnce() && !c.IsMultiLabel() && c.Problem != "":
		return f, fmt.Errorf("%s gives one label or score (problem_type %q in its config.json), and the text has several labels at once: set problem_type to %q if each output is a label by itself, or leave --multi-label out", name, c.Problem, model.MultiLabel)
	case f.Task != nil && !f.Task.Several && c.IsMultiLabel():
		return f, fmt.Errorf("%s gives several labels at once (problem_type in its config.json), and %s has one: give the model's own text (--data FILE)", name, f.Task.origin())
	case f.Regression && f.Several:
		return f, fmt.Errorf("--regression and --multi-label exclude each other: leave one out")
	case f.Task != nil && f.Task.Regression() != scores, f.Regression && !scores:
		return f, fmt.Errorf("%s gives %s, and the text has %s: give the model's own task, or fine-tune it with `ltpbench train`", name, outputs(scores), outputs(!scores))
	case f.Task == nil && scores:
		f.Regression = true
	case !scores:
		f.Model, f.Labels = name, LabelNames(c)
	}
	return f, nil
}

func outputs(scores bool) string {
	if scores {
		return "scores"
	}
	return "labels"
}

// LabelNames are a classifier's labels as transformers calls them.
func LabelNames(c *model.Config) []string {
	names := make([]string, c.Labels)
	for i := range names {
		names[i] = fmt.Sprintf("LABEL_%d", i)
		if c.LabelNames != nil {
			names[i] = c.LabelNames[i]
		}
	}
	return names
}
