// Package text reads labelled text: GLUE tasks, IMDB, AG News, Quora, or any TSV, CSV, JSONL or Parquet of your own.
// A task is a value that specifies where its files are, which columns count, which labels there are and how it is
// scored; a new one is an entry of the table in table.go, or comes out of a file that ReadFile reads.
package text

import (
	"fmt"
	"slices"
	"strings"
)

// Example is one labelled text or pair of texts.
type Example struct {
	Text    string
	Pair    string // the second text
	HasPair bool   // an empty second text is not the same as none
	Label   int    // index into Task.Labels; 0 in a regression task or beside a set, -1 where the file has no label
	Set     Set    // the labels, where several may hold at once
	Score   float64
}

// Task describes what is to be read and how it is scored.
type Task struct {
	Name    string   // as it is asked for, and the folder that holds its files
	Labels  []string // names of the classes in the order of their indices; nil for a regression task
	Metrics []Metric // the first is the task's own
	Pair    bool     // two texts per example
	Several bool     // any number of labels may hold at once, none too

	// Numbered means that the files may give a label as its index. Otherwise they give its name.
	Numbered bool
	// Positive is the label that F1 is about.
	Positive int

	// Low and High bound the scores of a regression task; both 0: any number.
	Low, High float64

	Splits map[string][]File // by name, train, dev, test: the first file that is there counts
	// Withheld is the file in the task's folder whose labels GLUE keeps to itself.
	Withheld string
	Terms    string // under which the text may be used

	// Found says in a sentence how ReadFile read a file: columns, header, labels.
	Found string
	// Noted means that Found says something that a task's layout does not settle: quotes, separator, lines left out, a model's names.
	Noted bool

	leading  map[int]int // labels by the number that their names begin with, where a file has those
	numbered []string    // the labels as files number them, where that is not the order of Labels
	source   string      // where the labels come from, if not from the table
}

// origin is who has the labels, for messages.
func (t *Task) origin() string {
	if t.source != "" {
		return t.source
	}
	return t.Name
}

// Regression reports whether the task has scores instead of labels.
func (t *Task) Regression() bool { return t.Labels == nil }

// SplitNames lists the splits, sorted.
func (t *Task) SplitNames() []string {
	names := make([]string, 0, len(t.Splits))
	for name := range t.Splits {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// File describes how one split is stored: as tab-separated lines, never quoted, perhaps compressed by gzip.
type File struct {
	Name string // inside the task's folder, without .gz

	// Text, Pair and Label are the columns: their names in the header line or, where Header is false,
	// their numbers counted from 1. Pair is empty in single-text tasks, Label where there are no labels.
	Text, Pair, Label string

	Header bool
	Spare  int // columns that a line may have beyond the last one that counts; 0: all lines are as wide as the first
}

// Lookup returns the task of that name, whatever its case. The error lists what there is.
func Lookup(name string) (*Task, error) {
	for i := range table {
		if strings.EqualFold(table[i].Name, name) {
			t := table[i]
			return &t, nil
		}
	}
	return nil, fmt.Errorf("there is no task %q: choose one of %s", name, strings.Join(Names(), ", "))
}

// Names lists the tasks that Lookup knows.
func Names() []string {
	names := make([]string, len(table))
	for i, t := range table {
		names[i] = t.Name
	}
	return names
}
