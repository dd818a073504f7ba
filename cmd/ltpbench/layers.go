package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"ltpbench/results"
	"ltpbench/results/report"
)

// layers makes a table with a column for each layer: the tokens that points keep there, and what their rules have learned.
func (c *tableCmd) layers(runs []*results.Run) (*report.Report, error) {
	r := &report.Report{Columns: []report.Column{
		{Title: "run", Key: report.KeyRun}, {Title: "method", Key: results.KeyMethod}, {Title: "budget", Key: results.KeyBudget},
		{Title: "seed", Key: results.KeySeed}, {Title: "of", Key: "of"},
	}}
	depth := 0
	for _, run := range runs {
		all, problems := run.Rows()
		if len(problems) > 0 {
			return nil, errors.Join(problems...)
		}
		each, err := selected(c.Where, run, results.Named(all, "Sweep"))
		if err != nil {
			return nil, err
		}
		points := each
		if !c.EachSeed {
			points = results.MergeSeeds(each, nil)
		}
		for _, p := range points {
			seeds := []results.Point{p}
			if !c.EachSeed {
				seeds = results.SeedsOf(&p, each)
			}
			rows := [][]report.Cell{kept(run, seeds)}
			for _, name := range learned(&p) {
				rows = append(rows, values(&p, name))
			}
			for _, row := range rows {
				if row == nil {
					continue
				}
				head := report.Row{{Text: run.Name()}, {Text: p.Key(results.KeyMethod)}, {Text: p.Key(results.KeyBudget)}, {Text: p.Key(results.KeySeed)}}
				r.Rows = append(r.Rows, append(head, row...))
				depth = max(depth, len(row)-1)
			}
		}
	}
	if r.Rows == nil {
		return nil, errors.New("no point has tokens kept per layer: they are in the predictions beside a record")
	}
	for layer := range depth {
		r.Columns = append(r.Columns, report.Column{Title: "layer\n" + strconv.Itoa(layer), Key: "layer-" + strconv.Itoa(layer)})
	}
	for i := range r.Rows {
		for len(r.Rows[i]) < len(r.Columns) {
			r.Rows[i] = append(r.Rows[i], report.Cell{})
		}
	}
	return r.Filled(), nil
}

// kept is the mean share of a text's tokens that leaves each layer, over all seeds of a point; nil: unknown, or everything.
func kept(run *results.Run, seeds []results.Point) []report.Cell {
	if seeds[0].Key(results.KeyMethod) == results.MethodNone {
		return nil
	}
	row := []report.Cell{{Text: "% kept"}}
	for _, shares := range results.KeptShares(run.PredictionsOf(seeds)) {
		sum := 0.0
		for _, x := range shares {
			sum += x
		}
		row = append(row, report.Cell{Text: fmt.Sprintf("%.1f", 100*sum/float64(len(shares)))})
	}
	if len(row) == 1 {
		return nil
	}
	return row
}

// learned lists the names of what a point's rule has learned for each layer.
func learned(p *results.Point) (names []string) {
	for _, v := range p.Values {
		if name, _, ok := results.LearnedAs(v.Unit); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// values is what a point's rule has learned under a name, layer by layer.
func values(p *results.Point, name string) []report.Cell {
	row := []report.Cell{{Text: name}}
	for layer := 0; ; layer++ {
		v, ok := p.Value(results.Learned(name, layer))
		if !ok {
			return row
		}
		row = append(row, report.Cell{Text: strconv.FormatFloat(v, 'g', 3, 64)})
	}
}
