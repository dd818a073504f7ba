package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// withheld reports whether a label says that there is none: -1, as GLUE and the hub have it, or -, as SNLI has it
// where its annotators disagree. One of the labels that are known is a label.
func withheld(label string, known []string) bool {
	return (label == "-1" || label == "-") && !slices.Contains(known, label)
}

// known lists the labels that a format brings along.
func (f Format) known() []string {
	if f.Task != nil {
		return slices.Concat(f.Task.Labels, f.Labels)
	}
	return f.Labels
}

// drop leaves the examples without a label out of training text and returns how many; elsewhere they are an error.
func (f Format) drop(all []labelled) ([]labelled, int, error) {
	known := f.known()
	kept := slices.DeleteFunc(slices.Clone(all), func(x labelled) bool { return withheld(x.label, known) })
	dropped := len(all) - len(kept)
	switch {
	case dropped == 0:
		return all, 0, nil
	case !f.Training:
		i := slices.IndexFunc(all, func(x labelled) bool { return withheld(x.label, known) })
		return nil, 0, fmt.Errorf("line %d: %s means a withheld label, and so in %d of %d examples: use a split that has labels, or remove these lines", all[i].line, all[i].label, dropped, len(all))
	case len(kept) == 0:
		return nil, 0, fmt.Errorf("line %d: %s means a withheld label, and no example has another: use a split that has labels", all[0].line, all[0].label)
	}
	return kept, dropped, nil
}

// wholeNumbers writes labels such as 1.0, which pandas makes of whole numbers in a column with gaps, as 1, if every
// label is a whole number and none of them is known as it is.
func (f Format) wholeNumbers(all []labelled) {
	known := f.known()
	points := false
	for _, x := range all {
		whole, isWhole := strings.CutSuffix(x.label, ".0")
		if _, err := strconv.Atoi(whole); err != nil && !withheld(x.label, nil) || slices.Contains(known, x.label) && isWhole {
			return
		}
		points = points || isWhole
	}
	for i := range all {
		if points {
			all[i].label = strings.TrimSuffix(all[i].label, ".0")
		}
	}
}
