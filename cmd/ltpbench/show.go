package main

import (
	"fmt"
	"path/filepath"

	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

// show prints a run's table, curve and verdict, draws the figures into its folder, and
// names the files. All of it comes from record and predictions.
func show(o *output, path string) error {
	runs, err := openRuns(o, []string{path})
	if err != nil {
		return err
	}
	for _, run := range runs {
		_, merged, err := rows(run, "Sweep")
		if err != nil {
			return err
		}
		said, err := verdict.Of(run)
		if err != nil {
			return err
		}
		metric := results.Metric(merged)
		r := report.New(report.Place(merged, run.Record, filepath.Base(filepath.Dir(run.Path))), report.Options{Metrics: []string{metric}})
		r.Title, r.Facts, r.Verdict = plots.Title(run.Record), report.Facts(run.Record), said.Sentences()
		r.Chart = &report.Chart{Points: merged, X: results.PaperRatio, Y: metric}
		// The text exporter makes foreign text harmless itself: its colours have to reach the terminal.
		text := report.Text{Width: columns(o.out), Color: terminal(o.out)}
		if err := text.Export(raw(o.out), r); err != nil {
			return err
		}
		fmt.Fprintf(o.out, "\n%s\n", run.Path)
		if err := (&plotCmd{At: 0.5}).draw(o, run, destination{formats: []string{"png", "svg"}}); err != nil {
			return err
		}
	}
	return nil
}
