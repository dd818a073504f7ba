package main

import (
	"fmt"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

type tableCmd struct {
	Paths []string `arg:"" name:"run" help:"Folders of runs, or records."`
	exportFlags
	Metric   []string `help:"Score to show, such as f1; repeatable. Default: the task's own." placeholder:"UNIT"`
	Lines    string   `help:"What a row is. sweep: a point; length: a point's times for texts of similar length; throughput: a point's times for one batch size and length; layer: the tokens that a point keeps in each layer, and what its rule has learned." enum:"sweep,length,throughput,layer" default:"sweep"`
	EachSeed bool     `help:"One row per seed instead of the mean over seeds."`
	Where    string   `help:"Rows to show: a filter of keys in points' names and of the configuration, such as '/method:/topk/ AND /budget:0.5' or '-/method:none' (written --where=-...); the verdict stays that of the whole run. Syntax: golang.org/x/perf/benchproc/syntax." placeholder:"FILTER"`
	By       string   `help:"Keys whose columns come first and order the rows, such as /budget@num or cpu,/method." placeholder:"KEYS"`
}

// lineNames are the names of the lines that --lines stands for.
var lineNames = map[string]string{"sweep": "Sweep", "length": "Length", "throughput": "Throughput"}

// Run writes one table of all runs and, of one run, its verdict.
func (c *tableCmd) Run(o *output) error {
	if err := c.check(); err != nil {
		return err
	}
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	r, err := c.report(runs)
	if err != nil {
		return err
	}
	return c.write(o, r)
}

// report makes the report of the runs.
func (c *tableCmd) report(runs []*results.Run) (*report.Report, error) {
	if c.Lines == "layer" {
		return c.layers(runs)
	}
	projection, err := report.NewProjection(c.By)
	if err != nil {
		return nil, errUsage{fmt.Errorf("--by: %w", err)}
	}
	for _, run := range runs {
		points, err := c.points(run)
		if err != nil {
			return nil, err
		}
		if err := projection.Add(run.Record, report.Place(points, run.Record, run.Name())); err != nil {
			return nil, err
		}
	}
	all, by, err := projection.Points()
	if err != nil {
		return nil, errUsage{fmt.Errorf("--by: %w", err)}
	}
	metrics := c.Metric
	if len(metrics) == 0 && c.Lines == "sweep" {
		metrics = []string{results.Metric(all)}
	}
	for _, metric := range metrics {
		if err := report.CheckMetric(all, metric); err != nil {
			return nil, err
		}
	}
	r := report.New(all, report.Options{Metrics: metrics, Several: len(runs) > 1, By: by})
	if len(runs) > 1 {
		if keys := differences(runs); len(keys) > 0 {
			r.Facts = append(r.Facts, "The runs differ in "+strings.Join(keys, ", ")+"; times of different runs are not comparable.")
		}
		return r, nil
	}
	r.Title = plots.Title(runs[0].Record)
	if c.Lines == "sweep" {
		said, err := verdict.Of(runs[0])
		if err != nil {
			return nil, err
		}
		r.Facts, r.Verdict = report.Facts(runs[0].Record), said.Sentences()
	}
	return r, nil
}

// points are a run's rows: those that --where selects, merged over seeds.
func (c *tableCmd) points(run *results.Run) ([]results.Point, error) {
	each, merged, err := rows(run, lineNames[c.Lines], c.Where)
	if err != nil {
		return nil, err
	}
	if c.EachSeed {
		return each, nil
	}
	return merged, nil
}

// differences are the configuration keys in which runs differ.
func differences(runs []*results.Run) []string {
	var records []*results.Record
	for _, run := range runs {
		records = append(records, run.Record)
	}
	return report.Differences(records)
}
