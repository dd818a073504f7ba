package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/report"
)

type poolCmd struct {
	Paths []string `arg:"" name:"run" help:"Folders of runs of different tasks, or records."`
	exportFlags
	At      []float64 `help:"Relative FLOPs at which methods are compared." default:"0.475" placeholder:"COST"`
	Near    float64   `help:"How far from --at the nearest cost that both methods reach may be." default:"${near}"`
	Axis    []string  `help:"What is equal: flops; or time, that which the method takes at --at." default:"flops" enum:"flops,time"`
	Against string    `help:"What methods are compared with: rivals, those that the plans name; itself, each training seed of a method with its others, which shows the noise; unpruned, the unpruned model." default:"rivals" enum:"rivals,itself,unpruned"`
	Best    []string  `help:"Compare with the best of these rivals in each run, which favours them; of one, with it alone. Default: with each singly." placeholder:"METHOD"`
	Forest  string    `help:"File of a forest plot of the same: .png, .svg or .pdf." placeholder:"FILE"`
}

// Help is printed below the command's purpose.
func (poolCmd) Help() string {
	return `Each run compares its methods at the given costs, interpolated between its points; the differences are pooled over texts as
random effects (docs/statistics.md). Runs of one text, such as those of two models, count as one.

Examples:
  ltpbench pool RUN1 RUN2 RUN3
  ltpbench pool RUNS --best topk,topk:start=1
  ltpbench pool RUNS --against unpruned
  ltpbench pool RUNS --at 0.35,0.475,0.65 --axis flops,time -o pooled.html`
}

// Run pools the runs and writes a table of tasks with the means.
func (c *poolCmd) Run(o *output) error {
	if err := c.check(); err != nil {
		return err
	}
	for _, cost := range c.At {
		if !(cost > 0) || math.IsInf(cost, 0) {
			return errUsage{fmt.Errorf("--at %v: a cost above 0", cost)}
		}
	}
	if !(c.Near >= 0) {
		return errUsage{fmt.Errorf("--near %v: at least 0", c.Near)}
	}
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	if len(runs) < 2 {
		return errUsage{errors.New("pooling needs at least two runs; ltpbench table prints the verdict of one")}
	}
	unknown := slices.DeleteFunc(slices.Clone(c.Best), func(name string) bool {
		return slices.ContainsFunc(runs, func(run *results.Run) bool {
			return slices.ContainsFunc(run.Points, func(p results.Point) bool { return p.Key(results.KeyMethod) == name })
		})
	})
	what := verdict.Pooling{Costs: c.At, Near: c.Near, Best: c.Best, Against: verdict.Against(c.Against)}
	for _, name := range c.Axis {
		what.Axes = append(what.Axes, map[string]verdict.Axis{"flops": verdict.FLOPs, "time": verdict.Time}[name])
	}
	names := runNames(runs)
	list, left, err := verdict.PoolRuns(runs, names, what)
	if err != nil {
		return err
	}
	for _, name := range unknown {
		left = append(left, "no run has "+name)
	}
	r := pooledReport(list)
	r.Title = fmt.Sprintf("%d runs pooled: %s", len(runs), strings.Join(names, ", "))
	if shared := sharing(runs, names); shared != "" {
		r.Facts = append(r.Facts, shared)
	}
	switch {
	case len(list) == 0:
		r.Verdict = []string{"No verdict: no runs of two texts have the same two methods at these costs."}
	case what.Against == verdict.Itself:
		r.Verdict = verdict.ItselfSentences(list)
	case what.Against == verdict.Unpruned:
		r.Verdict = verdict.UnprunedSentences(list)
	default:
		r.Verdict = verdict.PoolSentences(list)
	}
	if len(c.Best) > 1 && what.Against == verdict.Rivals {
		r.Verdict = append(r.Verdict, "The best is chosen in each run by the differences that are tested, which favours it.")
	}
	if len(left) > 0 {
		r.Verdict = append(r.Verdict, "Left out: "+strings.Join(left, "; ")+".")
	}
	if len(list) == 0 {
		return c.write(o, r)
	}
	figure, err := forest(list)
	if err != nil {
		return err
	}
	r.Figures = append(r.Figures, figure)
	if err := c.write(o, r); err != nil || c.Forest == "" {
		return err
	}
	if err := figure.Save(c.Forest); err != nil {
		return fmt.Errorf("--forest: %w", err)
	}
	return nil
}

// forest draws the differences of every run and their means.
func forest(list []verdict.Pooled) (plots.Figure, error) {
	title := "Differences between methods, by run"
	if len(list) == 1 {
		title = fmt.Sprintf("%s minus %s, %s", list[0].Method, list[0].Rival, where(&list[0]))
	}
	var effects []plots.Effect
	for _, x := range list {
		for _, part := range x.Parts {
			i := part.Difference.Interval(0.95)
			effects = append(effects, plots.Effect{Name: part.Run, Low: 100 * i.Low, Value: 100 * part.Difference.Value, High: 100 * i.High})
		}
		name := x.Rival + ", " + where(&x)
		if names, several := strings.CutPrefix(x.Rival, "the best of "); several {
			name = fmt.Sprintf("best of %d, %s", strings.Count(names, ", ")+1, where(&x))
		}
		if len(list) == 1 {
			name = "mean of " + x.Over()
		}
		effects = append(effects, plots.Effect{Name: name, Mean: true, Low: 100 * x.Interval.Low, Value: 100 * x.Mean.Value, High: 100 * x.Interval.High})
	}
	return plots.Forest(title, "difference in each run's metric (points)", effects)
}

// where is the cost of a comparison: "FLOPs at 0.475".
func where(x *verdict.Pooled) string {
	return strings.TrimPrefix(x.Axis.Name, "measured ") + " at " + results.Decimal(x.Cost)
}

// runNames are the runs' names.
func runNames(runs []*results.Run) (names []string) {
	for _, run := range runs {
		names = append(names, run.Name())
	}
	return names
}

// sharing names runs that measured the same texts.
func sharing(runs []*results.Run, names []string) string {
	var groups []string
	for i, run := range runs {
		same := []string{names[i]}
		for j, other := range runs {
			if hash := run.Get("data-hash"); hash != "" && hash == other.Get("data-hash") && i != j {
				same = append(same, names[j])
			}
		}
		slices.Sort(same)
		if text := strings.Join(same, " and "); len(same) > 1 && !slices.Contains(groups, text) {
			groups = append(groups, text)
		}
	}
	if groups == nil {
		return ""
	}
	return "Runs of the same texts count as one, the plain mean of theirs: " + strings.Join(groups, "; ") + "."
}

// pooledReport has a row for each run's difference and, below them, one for their mean.
func pooledReport(list []verdict.Pooled) *report.Report {
	number := func(name, title, doc string, decimals int) report.Column {
		return report.Column{Title: title, Unit: results.Unit{Name: name, Scale: 100, Decimals: decimals, Doc: doc, Counted: true}}
	}
	p := report.Column{Title: "p\n(Holm)", Unit: results.Unit{Name: "p", Decimals: 4, Doc: "probability of a mean as far from 0, were the true one 0; corrected for all means", Counted: true}}
	difference := number("difference", "difference\npoints [95 %]", "metric of the method minus that of the other, in hundredths; a mean's interval is corrected for all means, a run's is not", 1)
	difference.Interval = true
	r := &report.Report{Columns: []report.Column{
		{Title: "method", Key: results.KeyMethod}, {Title: "against", Key: "against"}, {Title: "at equal", Key: "axis"}, {Title: "FLOPs", Key: "cost"}, {Title: "run", Key: report.KeyRun},
		{Title: "at", Key: "at"}, {Title: "metric", Key: "metric"}, difference, number("weight", "weight\n%", "the run's share in the mean", 0),
		number("tau", "tau\npoints", "standard deviation of the true differences between texts", 1), p,
	}}
	for _, x := range list {
		method := x.Method
		if !x.Tuned {
			method += ", not fine-tuned"
		}
		row := func(rival, run, at, metric string, value, low, high float64) report.Row {
			return report.Row{{Text: method}, {Text: rival}, {Text: x.Axis.Name}, {Text: results.Decimal(x.Cost)}, {Text: run}, {Text: at}, {Text: metric},
				{Number: &report.Number{Value: value, Bounded: true, Low: low, High: high}}, {}, {}, {}}
		}
		for _, part := range x.Parts {
			interval := part.Difference.Interval(0.95)
			line := row(part.Rival, part.Run, x.Axis.At(part.Cost), part.Metric, part.Difference.Value, interval.Low, interval.High)
			line[8].Number = &report.Number{Value: part.Weight}
			r.Rows = append(r.Rows, line)
		}
		line := row(x.Rival, "mean of "+x.Over(), "", "", x.Mean.Value, x.Interval.Low, x.Interval.High)
		line[9].Number, line[10].Number = &report.Number{Value: x.Mean.Tau}, &report.Number{Value: x.Corrected}
		r.Rows = append(r.Rows, line)
	}
	return r
}
