package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ltpbench/results/page"
)

type reportCmd struct {
	Paths  []string `arg:"" name:"run" help:"Folders of runs, or records."`
	Metric string   `help:"Score to draw, such as f1. Default: the task's own." placeholder:"UNIT"`
	At     float64  `help:"Relative FLOPs: the charts by length and by layer show the nearest point of each method." default:"0.5"`
	Out    string   `short:"o" help:"File to write. Default: report.html in the run's folder." placeholder:"FILE"`
}

// Help is printed below the command's purpose.
func (reportCmd) Help() string {
	return `The page is one file that needs no network: the verdict, charts with values on hover, tables that sort, and how it
was measured. A run that is not finished is shown as far as it is known.

Examples:
  ltpbench report RUN
  ltpbench report RUN1 RUN2 -o both.html`
}

// reportFile is the page in a run's folder.
const reportFile = "report.html"

// Run writes the page and prints its name.
func (c *reportCmd) Run(o *output) error {
	path := c.Out
	if path == "" {
		if len(c.Paths) > 1 {
			return errUsage{errors.New("there are several runs: name the file to write with -o")}
		}
		path = beside(c.Paths[0])
	}
	runs, err := openRuns(o, c.Paths) // first: a missing run's folder is no fault of -o
	if err != nil {
		return err
	}
	if err := writable(path); err != nil {
		return err
	}
	var chapters []*chapter
	for _, run := range runs {
		x, err := newChapter(run, c.Metric)
		if err != nil {
			return err
		}
		chapters = append(chapters, x)
	}
	return writeReport(o, path, chapters, c.At)
}

// beside returns where the page of a run's folder, or of a record, belongs.
func beside(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	return filepath.Join(path, reportFile)
}

// writeReport writes the page of runs to a file, and prints its name.
func writeReport(o *output, path string, chapters []*chapter, at float64) error {
	var b bytes.Buffer
	if err := page.Write(&b, newReport(chapters, at)); err != nil {
		return err
	}
	if err := writeOut(path, b.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(o.out, path)
	return err
}
