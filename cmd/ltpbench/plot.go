package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/bench/eval"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

type plotCmd struct {
	Paths   []string `arg:"" name:"run" help:"Folders of runs, or records."`
	Picture []string `help:"What to draw: ${pictures}. All that the run has data for if not given; repeat the flag for several." enum:"${pictures}" placeholder:"NAME"`
	Metric  string   `help:"Score to draw, such as f1. The task's own if not given." placeholder:"UNIT"`
	X       string   `help:"Draw the score against this unit instead, such as executed-ratio or p50-sec." placeholder:"UNIT"`
	At      float64  `help:"Relative FLOPs: the pictures by length and by layer take of each method the point nearest to it." default:"0.5"`
	Format  []string `help:"png, svg, pdf." enum:"png,svg,pdf" default:"png,svg"`
	Out     string   `short:"o" help:"Folder for the pictures, the run's own if not given; or the file of one picture." placeholder:"PATH"`
}

// pictures are the names of what can be drawn of a run.
var pictures = []string{"flops", "time", "speedup", "length", "layer"}

// Run draws the pictures of each run and names the files.
func (c *plotCmd) Run(o *output) error {
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	file := slices.Contains(plots.Formats(), strings.ToLower(filepath.Ext(c.Out)))
	if file && len(runs) > 1 {
		return errUsage{fmt.Errorf("-o %s is one file and there are %d runs; name a folder", c.Out, len(runs))}
	}
	if file && len(c.Picture) != 1 && c.X == "" {
		return errUsage{fmt.Errorf("-o %s is one file; say with --picture what it shall show, or name a folder", c.Out)}
	}
	for _, run := range runs {
		if err := c.draw(o, run, file, len(runs) > 1); err != nil {
			return err
		}
	}
	return nil
}

// draw draws the pictures of a run: into one file, or into a folder, its own one there
// if there are several runs.
func (c *plotCmd) draw(o *output, run *results.Run, file, several bool) error {
	drawings, err := c.drawings(o, run)
	if err != nil {
		return err
	}
	for _, d := range drawings {
		for _, path := range c.paths(run, d.name, file, several) {
			err := os.MkdirAll(filepath.Dir(path), 0o777)
			if err == nil {
				err = d.figure.Save(path)
			}
			if err != nil {
				return unwritable(path, err) // -o is the cure, given or not
			}
			fmt.Fprintln(o.out, path)
		}
	}
	return nil
}

// drawing is a picture and the name of its file.
type drawing struct {
	name   string
	figure plots.Figure
}

// drawings makes the pictures that are asked for. One that was not asked for by name
// is left out, with a word, where the run has no data for it.
func (c *plotCmd) drawings(o *output, run *results.Run) ([]drawing, error) {
	if parts, _, err := rows(run, "Breakdown"); err == nil {
		return breakdown(plots.Title(run.Record), parts)
	}
	each, merged, err := rows(run, "Sweep")
	if err != nil {
		return nil, err
	}
	title, metric := plots.Title(run.Record), c.Metric
	if metric == "" {
		metric = results.Metric(merged)
	}
	if err := report.CheckMetric(merged, metric); err != nil {
		return nil, err
	}
	if c.X != "" {
		figure, err := plots.Tradeoff(title, c.X, metric, merged)
		return []drawing{{metric + "-" + strings.ReplaceAll(c.X, "/", "-"), figure}}, err
	}
	asked := c.Picture
	if len(asked) == 0 {
		asked = pictures
	}
	var out []drawing
	for _, picture := range asked {
		var d drawing
		var err error
		switch picture {
		case "flops":
			d.name = metric + "-flops"
			d.figure, err = plots.Tradeoff(title, results.PaperRatio, metric, merged)
		case "time":
			d.name = metric + "-time"
			d.figure, err = plots.Tradeoff(title, results.Speedup, metric, merged)
		case "speedup":
			d.name = "speedup-flops"
			d.figure, err = plots.Speedups(title, merged)
		case "length":
			var unit string
			var points []results.Point
			if unit, points, err = eval.ByLength(run, results.Nearest(merged, c.At), each); err == nil {
				d.figure, err = plots.Lengths(title, unit, points)
			}
			d.name = unit + "-length"
		case "layer":
			d.name = "kept-layer"
			d.figure, err = plots.Kept(title, shares(run, results.Nearest(merged, c.At), each))
		}
		switch {
		case err == nil:
			out = append(out, d)
		case len(c.Picture) > 0:
			return nil, fmt.Errorf("%s: picture %s: %w", run.Path, picture, err)
		default:
			fmt.Fprintf(o.err, "ltpbench: %s: no picture %s: %v\n", run.Path, picture, err)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("there is nothing to draw")
	}
	return out, nil
}

// breakdown draws a record of bench/breakdown: the speed-ups, and for each method where
// the time goes.
func breakdown(title string, points []results.Point) ([]drawing, error) {
	speedups, err := plots.Speedups(title, points)
	if err != nil {
		return nil, err
	}
	out := []drawing{{"speedup-flops", speedups}}
	for i := range points {
		method := points[i].Key(results.KeyMethod)
		name := "breakdown-" + strings.NewReplacer(":", "-", "=", "").Replace(method)
		if method == results.MethodNone || slices.ContainsFunc(out, func(d drawing) bool { return d.name == name }) {
			continue
		}
		figure, err := plots.Breakdown(title, method, points)
		if err != nil {
			return nil, err
		}
		out = append(out, drawing{name, figure})
	}
	return out, nil
}

// shares is what the points keep per layer.
func shares(run *results.Run, points, each []results.Point) (out []plots.Shares) {
	for _, p := range points {
		if p.Key(results.KeyMethod) == results.MethodNone {
			continue // keeps everything
		}
		if layers := results.KeptShares(run.PredictionsOf(results.SeedsOf(&p, each))); layers != nil {
			out = append(out, plots.Shares{Point: p, Layers: layers})
		}
	}
	return out
}

// paths returns the files of a picture: one of the name asked for, or one for each
// format in the folder. With several runs each has a folder of its name there.
func (c *plotCmd) paths(run *results.Run, name string, file, several bool) []string {
	if file {
		return []string{c.Out}
	}
	dir := filepath.Dir(run.Path)
	if c.Out != "" {
		own := filepath.Base(dir)
		dir = c.Out
		if several {
			dir = filepath.Join(dir, own)
		}
	}
	var out []string
	for _, format := range c.Format {
		out = append(out, filepath.Join(dir, name+"."+format))
	}
	return out
}
