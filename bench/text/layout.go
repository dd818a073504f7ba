package text

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// layout is where a file's parts stand.
type layout struct {
	text, pair, label column
	labels            []column // of 0 and 1, where several labels may hold at once; label is the first then
	several           bool     // an object's label may be a list
	header            Header   // HeaderAuto: the first row alone does not tell
	width, spare      int      // cells of a row, and how many more it may have
}

// column is one part's place. The zero value is no column.
type column struct {
	there bool
	at    int    // where rows have no names
	name  string // in the header, or the row itself; "" if it was given by number
}

// String names the column.
func (c column) String() string {
	if c.name != "" {
		return strconv.Quote(c.name)
	}
	return "column " + strconv.Itoa(c.at+1)
}

// place finds the columns from the first row of a file.
func (f Format) place(first row, spare int) (*layout, error) {
	if !f.Kind.named() && f.Kind != CSV && f.Quote != QuoteYes && strings.Contains(strings.Join(first.cells, ""), "\r") {
		return nil, errors.New("line 1: its lines end in CR alone: convert it with `tr '\\r' '\\n'`")
	}
	l := &layout{width: len(first.cells), header: f.Header}
	if f.Kind == Lines {
		if f.Text+f.Pair+f.Label != "" || !f.Unlabelled || f.Header != HeaderAuto {
			return nil, errors.New("plain text has neither columns nor labels: use --format tsv, csv or jsonl")
		}
		l.text, l.header = column{there: true}, HeaderNo
		return l, nil
	}
	c := &chooser{names: first.cells, width: l.width, kind: f.Kind, header: f.Header}
	if f.Kind.named() {
		c.names, l.header = first.names, HeaderYes
	}
	l.text, l.pair = c.asked(f.Text, "text"), c.asked(f.Pair, "pair")
	if f.Text == "" {
		l.text, l.pair = c.usualText(l.pair)
	}
	switch {
	case f.Unlabelled:
	case f.atOnce() && c.labels(f) != nil:
		for _, name := range c.labels(f) {
			l.labels = append(l.labels, c.asked(name, "label"))
		}
		l.label, l.several = l.labels[0], true
	case f.Label != "":
		l.label, l.several = c.asked(f.Label, "label"), f.atOnce()
		if c.err != nil && strings.Contains(f.Label, ",") {
			c.err = fmt.Errorf("%w; several label columns need --multi-label", c.err)
		}
	default:
		l.several = f.atOnce()
		l.label = c.usual(usualLabel, "label")
	}
	if c.err != nil {
		return nil, fmt.Errorf("line %d: %w%s", first.line, c.err, f.otherSeparator(first))
	}
	if l.header == HeaderAuto && c.named {
		l.header = HeaderYes
	}
	if spare > 0 {
		l.width, l.spare = max(l.text.at, l.pair.at, l.label.at)+1, spare
	}
	return l, nil
}

// chooser finds columns in the first row. After the first error it finds no more.
type chooser struct {
	names  []string // the first row, a header or not, or an object's keys
	width  int
	kind   Kind
	header Header
	named  bool // a column was found by its name
	err    error
}

// asked finds a column by name or number.
func (c *chooser) asked(name, flag string) column {
	if name == "" || c.err != nil {
		return column{}
	}
	n, err := strconv.Atoi(name)
	if c.kind.named() || c.header == HeaderYes || c.header == HeaderAuto && err != nil {
		i := slices.IndexFunc(c.names, func(n string) bool { return strings.TrimSpace(n) == name })
		if i >= 0 && slices.Contains(c.names[i+1:], c.names[i]) {
			c.err = fmt.Errorf("two columns are called %q: give --%s as a number from 1", name, flag)
			return column{}
		}
		if i >= 0 {
			return c.take(i)
		}
	}
	if err == nil && n >= 1 && n <= c.width && !c.kind.named() {
		return column{there: true, at: n - 1}
	}
	switch {
	case c.kind.named():
		c.err = fmt.Errorf("there is no %q: choose --%s from %s", name, flag, quoted(c.names))
	case c.header == HeaderNo:
		c.err = fmt.Errorf("there is no column %s: without a header, --%s is a number from 1 to %d", name, flag, c.width)
	default:
		c.err = fmt.Errorf("there is no column %q in the header, which has %s: choose another with --%s, or use --no-header and numbers", name, quoted(c.names), flag)
	}
	return column{}
}

func (c *chooser) take(i int) column {
	c.named = true
	return column{there: true, at: i, name: c.names[i]}
}

// usual finds the one column whose name is among the usual ones.
func (c *chooser) usual(known []string, flag string) column {
	if c.err != nil {
		return column{}
	}
	found := c.matches(known)
	switch {
	case len(found) == 1:
		return c.take(found[0])
	case len(found) > 1:
		c.err = fmt.Errorf("%q and %q may both be the %s: choose one with --%s", c.names[found[0]], c.names[found[1]], flag, flag)
	case c.kind.named():
		c.err = fmt.Errorf("which of %s is the %s? Choose it with --%s", quoted(c.names), flag, flag)
	default:
		c.err = fmt.Errorf("which column is the %s? Choose it with --%s: a name if the first row, %s, is a header, else a number", flag, flag, quoted(c.names))
	}
	return column{}
}

// matches lists the columns with one of the names, unless there is no header.
func (c *chooser) matches(known []string) (found []int) {
	if c.header == HeaderNo && !c.kind.named() {
		return nil
	}
	for i, name := range c.names {
		if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(strings.TrimSpace(name), k) }) {
			found = append(found, i)
		}
	}
	return found
}

// usualText finds one text column or, where no pair was asked for, perhaps two.
func (c *chooser) usualText(pair column) (column, column) {
	if c.err == nil && !pair.there {
		for _, p := range usualPairs {
			a, b := c.matches(p[:1]), c.matches(p[1:])
			if len(a) == 1 && len(b) == 1 {
				return c.take(a[0]), c.take(b[0])
			}
		}
	}
	return c.usual(usualTexts, "text"), pair
}

// labels are the names of several label columns: those that were asked for, or all labels that are known, if each has a
// column; nil if there is one column.
func (c *chooser) labels(f Format) []string {
	if names := strings.Split(f.Label, ","); len(names) > 1 && !slices.Contains(c.names, f.Label) {
		for i := range names {
			names[i] = strings.TrimSpace(names[i])
		}
		return names
	}
	known := f.known()
	if f.Label != "" || len(known) == 0 {
		return nil
	}
	if f.Task != nil {
		known = f.Task.Labels
	}
	for _, l := range known {
		if len(c.matches([]string{l})) != 1 {
			return nil
		}
	}
	return known
}
