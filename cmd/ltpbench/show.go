package main

import (
	"fmt"
	"path/filepath"

	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

// show prints a run's table, curve and verdict, draws the figures into its folder, writes the
// page of all, and names the files. All of it comes from record and predictions.
func show(o *output, path string) error {
	runs, err := openRuns(o, []string{path})
	if err != nil {
		return err
	}
	var chapters []*chapter
	for _, run := range runs {
		c, err := newChapter(run, "")
		if err != nil {
			return err
		}
		if c.merged == nil {
			return fmt.Errorf("%s has no points", run.Path)
		}
		chapters = append(chapters, c)
		r := report.New(report.Place(c.merged, run.Record, c.run.Name()), report.Options{Metrics: []string{c.metric}})
		r.Title, r.Facts, r.Verdict = plots.Title(run.Record), report.Facts(run.Record), c.said.Sentences()
		r.Chart = &report.Chart{Points: c.merged, X: results.PaperRatio, Y: c.metric}
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
	return writeReport(o, filepath.Join(path, reportFile), chapters, 0.5)
}
