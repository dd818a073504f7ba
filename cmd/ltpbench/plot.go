package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/bench/eval"
	"ltpbench/internal/atomicfile"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

type plotCmd struct {
	Paths  []string `arg:"" name:"run" help:"Folders of runs, or records."`
	Figure []string `aliases:"picture" help:"What to draw: ${figures}; repeatable. Default: all that the run has data for." enum:"${figures}" placeholder:"NAME"`
	Metric string   `help:"Score to draw, such as f1. Default: the task's own." placeholder:"UNIT"`
	X      string   `help:"Draw the score against this unit instead, such as executed-ratio or p50-sec." placeholder:"UNIT"`
	Where  string   `help:"Points to draw, as in ltpbench table --where." placeholder:"FILTER"`
	At     float64  `help:"Relative FLOPs: the figures by length and by layer show the nearest point of each method." default:"0.5"`
	Format []string `help:"png, svg, pdf." enum:"png,svg,pdf" default:"png,svg"`
	Out    string   `short:"o" help:"Folder for the figures, or the file of one figure. Default: the run's folder." placeholder:"PATH"`
}

// figures are the names of what can be drawn of a run.
var figures = []string{"flops", "time", "speedup", "length", "layer"}

// Run draws the figures of each run and prints the files' names.
func (c *plotCmd) Run(o *output) error {
	if !(c.At >= 0 && c.At <= 1) {
		return errUsage{fmt.Errorf("--at %g: relative FLOPs are from 0 to 1", c.At)}
	}
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	to := destination{folder: c.Out, several: len(runs) > 1, formats: c.Format}
	if target, err := atomicfile.TargetOf(c.Out); c.Out != "" && err == nil && target.Through {
		if len(c.Format) != 1 {
			return errUsage{fmt.Errorf("-o %s has no extension: choose one --format", c.Out)}
		}
		to.file, to.through = c.Out, true
	} else if slices.Contains(plots.Formats(), strings.ToLower(filepath.Ext(c.Out))) {
		to.file, to.formats = c.Out, []string{strings.TrimPrefix(filepath.Ext(c.Out), ".")}
	}
	if to.file != "" && len(runs) > 1 {
		return errUsage{fmt.Errorf("-o %s is one file and there are %d runs: name a folder", c.Out, len(runs))}
	}
	if to.file != "" && len(c.Figure) != 1 && c.X == "" {
		return errUsage{fmt.Errorf("-o %s is one file: choose one --figure, or name a folder", c.Out)}
	}
	for _, run := range runs {
		if err := c.draw(o, run, to); err != nil {
			return err
		}
	}
	return nil
}

// destination is where figures go.
type destination struct {
	file    string   // of the one figure; "": each has its name in a folder
	through bool     // file is a device, FIFO or socket, perhaps standard output
	folder  string   // "": the run's own
	several bool     // each run has a folder of its name there
	formats []string // png, svg, pdf
}

// paths returns the files of a figure, one for each format.
func (d destination) paths(run *results.Run, name string) (list []string) {
	if d.file != "" {
		return []string{d.file}
	}
	dir := filepath.Dir(run.Path)
	if d.folder != "" {
		dir = d.folder
		if d.several {
			dir = filepath.Join(dir, filepath.FromSlash(run.Name()))
		}
	}
	for _, format := range d.formats {
		list = append(list, filepath.Join(dir, name+"."+format))
	}
	return list
}

// draw draws the figures of a run.
func (c *plotCmd) draw(o *output, run *results.Run, to destination) error {
	drawings, err := c.drawings(o, run)
	if err != nil {
		return err
	}
	for _, d := range drawings {
		for i, path := range to.paths(run, d.name) {
			err := atomicfile.MkdirAll(filepath.Dir(path))
			if err == nil {
				err = d.figure.SaveAs(path, "."+to.formats[i])
			}
			if err != nil {
				return unwritable(path, err) // -o is the cure, given or not
			}
			if !to.through {
				fmt.Fprintln(o.out, path)
			}
		}
	}
	return nil
}

// drawing is a figure and the name of its file.
type drawing struct {
	name   string
	figure plots.Figure
}

// drawings makes the figures that are asked for. One that was not asked for by name is
// left out, with a message, where the run has no data for it.
func (c *plotCmd) drawings(o *output, run *results.Run) ([]drawing, error) {
	if parts, _, err := rows(run, "Breakdown", c.Where); err == nil {
		return breakdown(plots.Title(run.Record), parts)
	}
	each, merged, err := rows(run, "Sweep", c.Where)
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
	asked := c.Figure
	if len(asked) == 0 {
		asked = figures
	}
	var out []drawing
	for _, name := range asked {
		var d drawing
		var err error
		switch name {
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
		case len(c.Figure) > 0:
			return nil, fmt.Errorf("%s: figure %s: %w", run.Path, name, err)
		default:
			fmt.Fprintf(o.err, "ltpbench: %s: no figure %s: %v\n", run.Path, name, err)
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
