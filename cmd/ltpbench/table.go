package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
)

type tableCmd struct {
	Paths    []string `arg:"" name:"run" help:"Folders of runs, or records."`
	Format   string   `help:"text, markdown or csv; if not given, what the ending of -o says (.md, .csv), else text." enum:",text,markdown,csv" default:""`
	Metric   []string `help:"Score to show; repeat the flag for several. The task's own if not given." placeholder:"UNIT"`
	Lines    string   `help:"sweep: a row for each point; length: its times by length of text; throughput: by batch and length." enum:"sweep,length,throughput" default:"sweep"`
	EachSeed bool     `help:"A row for each seed instead of their mean."`
	Out      string   `short:"o" help:"File to write." placeholder:"FILE"`
}

// Run writes one table of all runs, and what one run allows to be said.
func (c *tableCmd) Run(o *output) error {
	if err := writable(c.Out); err != nil {
		return err
	}
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	var all []results.Point
	var titles []string
	for _, run := range runs {
		each, merged, err := rows(run, map[string]string{"sweep": "Sweep", "length": "Length", "throughput": "Throughput"}[c.Lines])
		if err != nil {
			return err
		}
		if c.EachSeed {
			merged = each
		}
		titles = append(titles, plots.Title(run.Record))
		all = append(all, placed(run, merged)...)
	}
	metrics := c.Metric
	if len(metrics) == 0 && c.Lines == "sweep" {
		metrics = []string{results.Metric(all)}
	}
	for _, metric := range metrics {
		if err := has(all, metric); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := write(&b, c.format(), titles, all, metrics); err != nil {
		return err
	}
	if len(runs) == 1 && c.Lines == "sweep" && c.format() != "csv" {
		said, err := verdict.Of(runs[0])
		if err != nil {
			return err
		}
		for _, line := range []string{runs[0].Memory(), runs[0].Throttled()} {
			if line != "" {
				fmt.Fprintln(&b, line)
			}
		}
		fmt.Fprintf(&b, "\n%s\n", said)
	}
	if c.Out != "" {
		return writeOut(c.Out, b.Bytes())
	}
	_, err = o.out.Write(b.Bytes())
	return err
}

func (c *tableCmd) format() string {
	if c.Format != "" {
		return c.Format
	}
	return map[string]string{".md": "markdown", ".csv": "csv"}[strings.ToLower(filepath.Ext(c.Out))]
}

// write writes a table with its title and notes; a CSV is the table alone.
func write(b *bytes.Buffer, format string, titles []string, points []results.Point, metrics []string) error {
	if format == "csv" {
		return results.Table{Points: points, Columns: results.DataColumns(metrics...)}.CSV(b)
	}
	columns := results.Columns(metrics...)
	if len(titles) == 1 {
		fmt.Fprintf(b, "%s\n\n", titles[0])
	} else {
		var keys []results.Column
		for _, key := range []string{results.KeyModel, results.KeyTask, results.KeyDevice, keyRun} {
			if differs(points, key) {
				keys = append(keys, results.KeyColumn(key))
			}
		}
		columns = append(keys, columns...)
	}
	table := results.Table{Points: points, Columns: columns}
	draw, before := table.Text, ""
	if format == "markdown" {
		draw, before = table.Markdown, `\`
	}
	if err := draw(b); err != nil {
		return err
	}
	for i, note := range results.Notes(points) {
		if i == 0 {
			fmt.Fprintln(b)
		}
		if strings.HasPrefix(note, "*") {
			note = before + note // no emphasis
		}
		fmt.Fprintln(b, note)
	}
	return nil
}

// has returns an error if no point has the unit; it lists those there are.
func has(points []results.Point, unit string) error {
	var units []string
	for i := range points {
		for _, v := range points[i].Values {
			if v.Unit == unit {
				return nil
			}
			if !strings.HasSuffix(v.Unit, "-low") && !strings.HasSuffix(v.Unit, "-high") && !slices.Contains(units, v.Unit) {
				units = append(units, v.Unit)
			}
		}
	}
	return fmt.Errorf("no point has %s: choose of %s", unit, strings.Join(units, ", "))
}

func differs(points []results.Point, key string) bool {
	for i := range points {
		if points[i].Key(key) != points[0].Key(key) {
			return true
		}
	}
	return false
}
