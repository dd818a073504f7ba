package main

import (
	"fmt"
	"strings"

	"ltpbench/bench/text"
	"ltpbench/model"
)

// textFlags describe a file of text; every command that reads one has them.
type textFlags struct {
	Task       string `help:"Task that defines labels, columns and metrics; see ltpbench ls tasks." placeholder:"NAME" group:"Text"`
	Split      string `help:"Which file of a task's folder to read. Default: train for training; dev, else test, for measuring." placeholder:"NAME" group:"Text"`
	Format     string `help:"tsv, csv, jsonl or txt (plain lines), gzipped or not, or parquet. Default: by the file's extension." enum:",tsv,csv,jsonl,parquet,txt" default:"" placeholder:"KIND" group:"Text"`
	Text       string `help:"Column of the text: a name, or a number from 1. Default: detected by common names." placeholder:"COLUMN" group:"Text"`
	Pair       string `help:"Column of the second text, for pairs." placeholder:"COLUMN" group:"Text"`
	Label      string `help:"Column of the label or score." placeholder:"COLUMN" group:"Text"`
	Header     *bool  `help:"Whether the first row has column names. Default: detected where unambiguous." negatable:"" group:"Text"`
	Separator  string `help:"What stands between columns of tsv or csv: a character, or tab. Default: a tab or comma; in csv without a comma in its header, the separator found there." placeholder:"CHAR" group:"Text"`
	Quote      *bool  `help:"Whether double quotes enclose cells, as in CSV and in the TSV that pandas writes. Default: in csv yes, in tsv detected where unambiguous." negatable:"" group:"Text"`
	SkipBad    bool   `name:"skip-bad-lines" help:"Leave lines with a wrong number of columns, or broken quotes or JSON, out, and print how many they are." group:"Text"`
	Regression bool   `help:"The labels are scores." group:"Text"`
	Several    bool   `name:"multi-label" help:"Any number of labels may hold at once: a cell has them with , ; or | between them, an object has a list, or --label names their columns of 0 and 1 (--label toxic,insult,threat). Default: as problem_type in the model's config.json has it." group:"Text"`
}

// format is what the flags specify.
func (f *textFlags) format() (text.Format, error) {
	format := text.Format{Kind: text.Kind(f.Format), Text: f.Text, Pair: f.Pair, Label: f.Label, Regression: f.Regression, Split: f.Split, SkipBad: f.SkipBad, Several: f.Several}
	if f.Header != nil {
		format.Header = text.HeaderNo
		if *f.Header {
			format.Header = text.HeaderYes
		}
	}
	if f.Quote != nil {
		format.Quote = text.QuoteNo
		if *f.Quote {
			format.Quote = text.QuoteYes
		}
	}
	if format.Separator = f.separator(); len(format.Separator) > 1 || format.Separator != "" && strings.Contains("\"\r\n", format.Separator) {
		return format, errUsage{fmt.Errorf("--separator %q: give one character, such as \";\", or tab", f.Separator)}
	}
	if f.Task == "" {
		return format, nil
	}
	var err error
	if format.Task, err = text.Lookup(f.Task); err != nil {
		return format, errUsage{err}
	}
	if f.Several {
		return format, errUsage{fmt.Errorf("--multi-label: task %s has one label or score for each text: leave one of the flags out", format.Task.Name)}
	}
	if f.Regression && !format.Task.Regression() {
		return format, errUsage{fmt.Errorf("--regression: task %s has labels", format.Task.Name)}
	}
	return format, nil
}

// separator is what the flag specifies: a tab may be called so.
func (f *textFlags) separator() string {
	if f.Separator == "tab" || f.Separator == `\t` {
		return "\t"
	}
	return f.Separator
}

// read reads labelled text for a model from a file, or a task's folder. The detected format is printed unless
// a task defines it and there is nothing else to say. Without a model's head the labels are the text's own. name is the model's, for messages.
func (f *textFlags) read(o *output, path string, c *model.Config, name string, training bool) (*text.Task, []text.Example, error) {
	format, err := f.format()
	if err != nil {
		return nil, nil, err
	}
	if format, err = text.FormatFor(format, c, name); err != nil {
		return nil, nil, err
	}
	format.Training = training
	task, all, err := text.ReadFile(path, format)
	if err != nil {
		return nil, nil, err
	}
	if f.Task == "" || task.Noted {
		fmt.Fprintln(o.err, task.Found)
	}
	return task, all, nil
}
