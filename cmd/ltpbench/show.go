package main

import (
	"bytes"
	"fmt"

	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
)

// show prints a run's table, curve and verdict, draws the pictures into its folder, and
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
		var b bytes.Buffer
		if err := write(&b, "text", []string{plots.Title(run.Record)}, merged, []string{metric}); err != nil {
			return err
		}
		for _, line := range []string{run.Memory(), run.Throttled()} {
			if line != "" {
				fmt.Fprintln(&b, line)
			}
		}
		fmt.Fprintln(&b)
		if err := results.Curve(&b, merged, results.PaperRatio, metric, terminal(o.out)); err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n%s\n\n%s\n", said, run.Path)
		if _, err := o.out.Write(b.Bytes()); err != nil {
			return err
		}
		if err := (&plotCmd{At: 0.5, Format: []string{"png", "svg"}}).draw(o, run, false, false); err != nil {
			return err
		}
	}
	return nil
}
