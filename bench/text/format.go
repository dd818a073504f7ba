package text

import (
	"fmt"
	"strings"
)

// Header reports whether a file's first row names the columns.
type Header string

// The values of Header.
const (
	HeaderAuto Header = "" // it does if it holds the columns' names
	HeaderYes  Header = "yes"
	HeaderNo   Header = "no"
)

// Format describes how a file of text is laid out and what its labels mean. The zero value finds out what is sure,
// and what is not sure is an error that names which field, by the name of its flag, has to be set.
type Format struct {
	Kind Kind // "": by the file's name

	// Text, Pair and Label are columns: names in the header or in JSONL's objects, or numbers counted from 1.
	// Empty: the task's, or the one column that has a usual name (sentence, text, label ...).
	Text, Pair, Label string
	Header            Header
	// Separator stands between a table's cells; "": a tab in TSV, a comma in CSV or what its first line has instead.
	Separator string
	Quote     Quote
	// SkipBad passes over lines that have another number of columns than the first or are broken otherwise, and counts
	// them.
	SkipBad bool

	// Regression means that the label column holds scores. They are never taken for such unasked.
	Regression bool
	// Several means that any number of labels may hold at once. Label may then name several columns of 0 and 1, with
	// commas between them.
	Several bool
	// Training means that examples whose label is withheld, -1 or -, are left out and counted; without it they are
	// an error.
	Training bool
	// Unlabelled means that no labels are wanted.
	Unlabelled bool

	// Task describes what the labels are and which metrics count: a named one, which knows its files' columns, or
	// one that came out of the training text, whose labels are the only ones that there are. Nil: the file's
	// own labels, sorted.
	Task *Task
	// Split is which of the task's files is read if the path is a folder; "": dev, else test.
	Split string

	// Labels are those that a model knows, in the order of its logits, and Model is its folder, for messages.
	Labels []string
	Model  string
}

// fill takes over from the task's file what the caller left open.
func (f Format) fill(file File) (Format, int) {
	if f.Kind == "" {
		f.Kind = TSV
	}
	if f.Text != "" || f.Pair != "" || f.Label != "" || f.Header != HeaderAuto {
		return f, 0 // the columns are the caller's
	}
	f.Text, f.Pair, f.Label, f.Header = file.Text, file.Pair, file.Label, HeaderNo
	if file.Header {
		f.Header = HeaderYes
	}
	return f, file.Spare
}

// usualPairs and the names after them are columns that are recognised without being named.
var (
	usualPairs = [][2]string{{"sentence1", "sentence2"}, {"question1", "question2"}, {"premise", "hypothesis"}, {"question", "sentence"}, {"#1 string", "#2 string"}, {"text1", "text2"}, {"text", "text_pair"}}
	usualTexts = []string{"sentence", "text", "content", "review"}
	usualLabel = []string{"label", "labels", "class", "category", "target", "quality", "is_duplicate", "score"}
)

// mostNamed is how many names a message lists.
const mostNamed = 20

// quoted lists names as in the file.
func quoted(names []string) string {
	var list []string
	for i, n := range names {
		if i == mostNamed {
			list = append(list, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		list = append(list, fmt.Sprintf("%q", shorten(n)))
	}
	return strings.Join(list, ", ")
}

// shorten cuts what is quoted in a message.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}
