package text

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostLabels is how many different labels a column may have before it is taken for another column.
const mostLabels = 1000

// task is the one whose labels a file has to have; the file's own if nothing else specifies which.
func (f Format) task(all []labelled) (*Task, error) {
	switch {
	case f.Task != nil:
		return f.Task.alignedTo(f.Labels, f.Model)
	case f.Regression:
		return &Task{Metrics: []Metric{Pearson, Spearman}}, nil
	}
	t := &Task{Labels: f.Labels, source: f.Model}
	if t.Labels == nil {
		found, err := find(all)
		if err != nil {
			return nil, err
		}
		t.Labels = found
	}
	t.Numbered = !slices.ContainsFunc(t.Labels, func(l string) bool { _, err := strconv.Atoi(l); return err == nil })
	t.leading = leading(t.Labels, all)
	t.Metrics = []Metric{Accuracy}
	if len(t.Labels) == 2 {
		t.Positive, t.Metrics = 1, []Metric{Accuracy, F1}
	}
	return t, nil
}

// leading is labels by the number that their names begin with, as "1 star", if the file's labels are such numbers; else
// nil: then numbers are indices.
func leading(labels []string, all []labelled) map[int]int {
	by := map[int]int{}
	for i, l := range labels {
		end := strings.IndexFunc(l, func(r rune) bool { return r < '0' || r > '9' })
		n, err := strconv.Atoi(l[:max(0, end)])
		if _, twice := by[n]; err != nil || twice {
			return nil
		}
		by[n] = i
	}
	for _, x := range all {
		n, err := strconv.Atoi(x.label)
		if _, ok := by[n]; err != nil || !ok {
			return nil
		}
	}
	return by
}

// find lists the labels of a file, sorted: by value if all are whole numbers.
func find(all []labelled) ([]string, error) {
	seen := map[string]int{}
	fraction := 0 // a line whose label is a number with a fraction
	for _, x := range all {
		if x.label == "" {
			return nil, fmt.Errorf("line %d: the label is empty: fill it in or remove the line", x.line)
		}
		seen[x.label]++
		if _, err := strconv.ParseFloat(x.label, 64); fraction == 0 && err == nil && strings.Contains(x.label, ".") {
			fraction = x.line
		}
	}
	if fraction > 0 {
		return nil, fmt.Errorf("line %d: the label is a number with a fraction: use --regression if they are scores, or choose another column with --label", fraction)
	}
	if len(seen) > mostLabels {
		return nil, fmt.Errorf("there are %d different labels: use --regression if they are scores, or choose another column with --label", len(seen))
	}
	list := slices.Sorted(maps.Keys(seen))
	number := func(s string) (int, bool) { n, err := strconv.Atoi(s); return n, err == nil }
	for _, l := range list {
		if _, ok := number(l); !ok {
			return list, nil
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		x, _ := number(a)
		y, _ := number(b)
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	})
	return list, nil
}

// read turns a label as the file has it into an index or a score.
func (t *Task) read(x *labelled) error {
	if t.Regression() {
		v, err := strconv.ParseFloat(x.label, 64)
		if err != nil || v-v != 0 {
			return fmt.Errorf("line %d: score %q is not a number: fix it or choose another column with --label", x.line, shorten(x.label))
		}
		if (t.Low != 0 || t.High != 0) && !(v >= t.Low && v <= t.High) {
			return fmt.Errorf("line %d: score %q is not a number from %g to %g", x.line, x.label, t.Low, t.High)
		}
		x.Score, x.Label = v, 0
		return nil
	}
	x.Label = slices.Index(t.Labels, x.label)
	if x.Label < 0 {
		x.Label = slices.IndexFunc(t.Labels, func(l string) bool { return strings.EqualFold(l, x.label) })
	}
	n, err := strconv.Atoi(x.label)
	if at, ok := t.leading[n]; x.Label < 0 && err == nil && ok {
		x.Label = at
	}
	if x.Label < 0 && t.Numbered && err == nil && n >= 0 && n < len(t.Labels) {
		x.Label = n
		if t.numbered != nil {
			x.Label = slices.Index(t.Labels, t.numbered[n])
		}
	}
	if x.Label >= 0 {
		return nil
	}
	known := quoted(t.Labels)
	if t.Numbered {
		known += fmt.Sprintf(", or 0 to %d", len(t.Labels)-1)
	}
	cure := "fix the line, or choose another column with --label"
	if t.Labels[0] == "LABEL_0" {
		cure = "name the labels in id2label of its config.json, fix the line, or choose another column with --label"
	}
	return fmt.Errorf("line %d: unknown label %q: %s has %s; %s", x.line, shorten(x.label), t.origin(), known, cure)
}

// alignedTo is the task with its labels in the order of a model's. Names that say nothing, LABEL_0 and so on, or
// that are quite other ones, stand for the task's own order. It is an error if some are the task's and others not.
func (t *Task) alignedTo(labels []string, model string) (*Task, error) {
	c := *t
	if labels == nil || t.Regression() {
		return &c, nil
	}
	if len(labels) != len(t.Labels) {
		return nil, fmt.Errorf("%s has %d labels, %s, and %s %d, %s: give the model's own task, or fine-tune it with `ltpbench train`",
			model, len(labels), quoted(labels), t.origin(), len(t.Labels), quoted(t.Labels))
	}
	order, known := make([]string, len(labels)), 0
	for i, l := range labels {
		at := slices.IndexFunc(t.Labels, func(own string) bool { return strings.EqualFold(own, l) })
		if at >= 0 && !slices.Contains(order, t.Labels[at]) {
			order[i] = t.Labels[at]
			known++
		}
	}
	if known == 0 {
		return &c, nil
	}
	if known < len(labels) {
		return nil, fmt.Errorf("%s calls its labels %s, and %s %s: give the model's own task, or name the labels alike in id2label of its config.json",
			model, quoted(labels), t.origin(), quoted(t.Labels))
	}
	c.Labels = order
	if !slices.Equal(order, t.Labels) {
		c.numbered = t.Labels
		c.Positive = slices.Index(order, t.Labels[t.Positive])
	}
	return &c, nil
}

// renamed describes what a model calls the task's labels, if it has quite other names for them.
func (f Format) renamed(t *Task) string {
	if f.Task == nil || t.Regression() {
		return ""
	}
	for i, l := range f.Labels {
		if l == fmt.Sprintf("LABEL_%d", i) || slices.ContainsFunc(t.Labels, func(own string) bool { return strings.EqualFold(own, l) }) {
			return ""
		}
	}
	if f.Labels == nil {
		return ""
	}
	return fmt.Sprintf("; %s calls them %s in this order", f.Model, quoted(f.Labels))
}

// account reports how many examples each label has, or how scores spread.
func (t *Task) account(all []Example) string {
	if t.Regression() {
		low, high := math.Inf(1), math.Inf(-1)
		for _, e := range all {
			low, high = min(low, e.Score), max(high, e.Score)
		}
		return fmt.Sprintf("scores from %g to %g", low, high)
	}
	count, none := make([]int, len(t.Labels)), 0
	for _, e := range all {
		switch {
		case !t.Several:
			count[e.Label]++
		case e.Set == 0:
			none++
		default:
			for l := range e.Set.Labels() {
				count[l]++
			}
		}
	}
	var list []string
	for i, l := range t.Labels {
		if list = append(list, fmt.Sprintf("%s (%d)", shorten(l), count[i])); len(list) == 12 && len(t.Labels) > 13 {
			list = append(list, fmt.Sprintf("and %d more", len(t.Labels)-12))
			break
		}
	}
	if t.Several {
		return fmt.Sprintf("several labels at once: %s, none (%d)", strings.Join(list, ", "), none)
	}
	return "labels " + strings.Join(list, ", ")
}
