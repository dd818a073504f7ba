package text

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Labels of which several may hold at once come as a JSON list, as Python or NumPy print one, or as names in a cell with
// , ; or | between them; or in columns of their own, each 0 or 1. A list may also be such a row of 0 and 1.

// list is what a label cell has: names, numbers, or a row of 0 and 1.
type list struct {
	items []string
	hot   bool // a row of 0 and 1 that cannot be a list of numbers: it repeats one or has points
	flags bool // nothing but 0 and 1
}

// between are the separators of labels in a cell.
const between = ",;|"

// listOf takes a label cell apart. between separates names that are in no list.
func listOf(cell, between string) list {
	var l list
	inside, isList := strings.CutPrefix(cell, "[")
	inside, closed := strings.CutSuffix(inside, "]")
	var raw []json.RawMessage
	switch {
	case isList && closed && json.Unmarshal([]byte(cell), &raw) == nil:
		for _, x := range raw {
			item := string(x)
			json.Unmarshal(x, &item) // a string; anything else stays as written
			l.items = append(l.items, item)
		}
	case isList && closed && strings.ContainsAny(inside, ",'\""):
		l.items = strings.Split(inside, ",")
	case isList && closed:
		l.items = strings.Fields(inside)
	case between != "":
		l.items = strings.Split(cell, between)
	default:
		l.items = []string{cell}
	}
	for i, x := range l.items {
		if l.items[i] = strings.TrimSpace(x); isList {
			l.items[i] = unquoted(l.items[i])
		}
	}
	l.items = slices.DeleteFunc(l.items, func(x string) bool { return x == "" })
	l.flags = len(l.items) > 0
	seen := map[string]bool{}
	for _, x := range l.items {
		_, isFlag := flag(x)
		l.flags = l.flags && isFlag
		l.hot = l.hot || seen[x] || strings.Contains(x, ".") || len(x) > 1
		seen[x] = true
	}
	l.hot = l.hot && l.flags
	return l
}

// unquoted takes Python's quotes off.
func unquoted(x string) string {
	if n := len(x); n > 1 && x[0] == x[n-1] && (x[0] == '\'' || x[0] == '"') {
		return x[1 : n-1]
	}
	return x
}

// flag reads 0 or 1, however written.
func flag(x string) (on, ok bool) {
	switch strings.ToLower(x) {
	case "1", "1.", "1.0", "true":
		return true, true
	case "0", "0.", "0.0", "false":
		return false, true
	}
	return false, false
}

// atOnce reports whether any number of labels may hold at once.
func (f Format) atOnce() bool { return f.Several || f.Task != nil && f.Task.Several }

// columns are the names of several label columns, nil where there is one.
func (l *layout) columns() (names []string) {
	for _, c := range l.labels {
		names = append(names, cmp.Or(c.name, strconv.Itoa(c.at+1)))
	}
	return names
}

// labelNames names the label columns for people.
func (l *layout) labelNames() string {
	if l.labels == nil {
		return l.label.String()
	}
	return quoted(l.columns())
}

// several finds the labels where any number may hold at once, and gives each example its set. names are those of the
// columns of 0 and 1, nil where there is one column of lists.
func (f Format) several(names []string, all []labelled) (*Task, error) {
	sep, err := f.separatorOfLabels(all)
	if err != nil {
		return nil, err
	}
	lists, width, hot, flags := make([]list, len(all)), -1, names != nil, true
	for i, x := range all {
		lists[i] = listOf(x.label, sep)
		hot, flags = hot || lists[i].hot, flags && lists[i].flags
	}
	if hot || flags && f.Task == nil && f.Labels != nil && len(f.Labels) == len(lists[0].items) && len(f.Labels) > 1 {
		hot = true
		for i, l := range lists {
			if width = max(width, len(l.items)); width != len(l.items) || !l.flags {
				return nil, fmt.Errorf("line %d: its labels, %q, are not %d values of 0 or 1 as in the lines before: fix the line, or name the labels", all[i].line, shorten(all[i].label), width)
			}
		}
	}
	t, err := f.severalTask(names, lists, width)
	if err != nil {
		return nil, err
	}
	order := t.Labels // what the columns are
	if names != nil && t.Labels[0] != "LABEL_0" {
		order = names
	}
	for i, l := range lists {
		for at, item := range l.items {
			if hot {
				if on, _ := flag(item); !on {
					continue
				}
				item = order[at]
			}
			one := labelled{line: all[i].line, label: item}
			if err := t.read(&one); err != nil {
				return nil, err
			}
			all[i].Set |= 1 << one.Label
		}
	}
	return t, nil
}

// separatorOfLabels is the one of , ; and | that label cells have.
func (f Format) separatorOfLabels(all []labelled) (string, error) {
	found, first := "", 0
	for _, x := range all {
		if strings.HasPrefix(x.label, "[") || slices.Contains(f.known(), x.label) {
			continue
		}
		for _, c := range between {
			if !strings.ContainsRune(x.label, c) || found == string(c) {
				continue
			}
			if found != "" {
				return "", fmt.Errorf("line %d: labels are separated by %q here and by %q in line %d: use one of them alone, or JSONL with lists", x.line, string(c), found, first)
			}
			found, first = string(c), x.line
		}
	}
	return found, nil
}

// severalTask is the task of labels of which several may hold at once: the format's, or what the file has. width is that
// of rows of 0 and 1, -1 where there are lists of labels.
func (f Format) severalTask(names []string, lists []list, width int) (*Task, error) {
	var t *Task
	var err error
	switch {
	case f.Task != nil:
		t, err = f.Task.alignedTo(f.Labels, f.Model)
	case f.Labels != nil:
		t = &Task{Labels: f.Labels, source: f.Model}
	case names != nil:
		t = &Task{Labels: names}
	default:
		var each []labelled
		for _, l := range lists {
			for _, item := range l.items {
				each = append(each, labelled{label: item})
			}
		}
		t = &Task{}
		if width < 0 {
			t.Labels, err = find(each)
		}
		for i := range max(0, width) {
			t.Labels = append(t.Labels, strconv.Itoa(i))
		}
	}
	if err != nil {
		return nil, err
	}
	switch n := len(t.Labels); {
	case n > MostAtOnce:
		return nil, fmt.Errorf("%d labels may hold at once, and at most %d are scored: `ltpbench predict --output jsonl` prints the probabilities of more", n, MostAtOnce)
	case n == 0:
		return nil, fmt.Errorf("no example has a label: choose another column with --label")
	case width >= 0 && width != n:
		return nil, fmt.Errorf("rows of %d values of 0 and 1, and %s has %d labels, %s: name the columns of all its labels, as --label a,b,c", width, cmp.Or(t.origin(), "the text"), n, quoted(t.Labels))
	}
	t.Several, t.Metrics = true, []Metric{MicroF1, MacroF1, Accuracy}
	t.Numbered = !slices.ContainsFunc(t.Labels, func(l string) bool { _, err := strconv.Atoi(l); return err == nil })
	return t, nil
}
