package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"ltpbench/bench/embedded"
	"ltpbench/bench/explain"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results/page"
)

type explainCmd struct {
	Texts   []string `arg:"" optional:"" name:"text" help:"Texts. Default: those of --data, of standard input, or on a terminal some of the embedded ones."`
	Model   *string  `help:"Hugging Face folder with a classifier. Default: the embedded model." placeholder:"DIR"`
	Pruner  []string `help:"Pruning rule; repeatable, the rules are shown side by side. Default: that of training.json in the model's folder; of the embedded model the points at --budget." placeholder:"SPEC" sep:"none"`
	Budget  float64  `help:"Relative FLOPs of the embedded model's points that are shown." default:"0.5"`
	Data    string   `help:"File of texts, or a task's folder; - for standard input." placeholder:"FILE"`
	Wrong   bool     `help:"Show texts on which the rules disagree or pruning changes the answer, and count them; the text is labelled. Default: the embedded dev split of SST-2."`
	Limit   int      `help:"Number of texts that are shown of a file or standard input." default:"5"`
	Out     string   `short:"o" help:"Write a page for a browser instead." placeholder:"FILE.html"`
	Width   *int     `help:"Characters per line. Default: the terminal's width; 0: unlimited." placeholder:"N"`
	Length  int      `name:"max-length" help:"Maximal number of tokens of a text or pair; 0: the model's maximum." placeholder:"N"`
	Device  string   `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads int      `help:"Number of threads; 0: one per processor."`
	textFlags
}

// Help is printed below the command's purpose.
func (explainCmd) Help() string {
	return `Shows which token leaves in which layer and with what score. On a terminal it is coloured, unless NO_COLOR is set.

Examples:
  ltpbench explain "a charming and often affecting journey"
  ltpbench explain --wrong --limit 10
  ltpbench explain --model DIR --pruner topk:rate=0.2,start=1 --pruner quantile:q=0.2 --data dev.tsv -o tokens.html`
}

// Run explains what comes in.
func (c *explainCmd) Run(o *output) error {
	if c.Limit < 1 || c.Width != nil && *c.Width < 0 {
		return errUsage{errors.New("--limit has to be at least 1, and --width at least 0")}
	}
	if c.Wrong && (len(c.Texts) > 0 || c.Data == "-") {
		return errUsage{errors.New("--wrong needs labelled text: name a file with --data, or leave it out for the embedded one")}
	}
	if len(c.Texts) > 0 && c.Data != "" {
		return errUsage{errors.New("texts are given twice, as arguments and with --data")}
	}
	if err := writable(c.Out); err != nil {
		return err
	}
	dir := ""
	if c.Model != nil {
		if dir = *c.Model; dir == "" {
			return errUsage{errors.New("--model is empty: name a folder, or leave the flag out for the embedded model")}
		}
	}
	base, words, name, err := loadClassifier(dir)
	if err != nil {
		return err
	}
	if c.Length > base.Config.MaxLength() || c.Length < 0 {
		return errUsage{fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", c.Length, name, base.Config.MaxLength())}
	}
	if base.Config.IsMultiLabel() || c.Wrong && base.Config.IsRegression() {
		return fmt.Errorf("%s gives several labels at once, or scores: explain shows models that choose one label, and without --wrong scores", name)
	}
	subjects, err := c.subjects(dir, base)
	if err != nil {
		return err
	}
	d, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	x, err := explain.New(d, base, words, c.Length, subjects)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer x.Close()
	list, notes, err := c.explain(o, x, base, name)
	if err != nil {
		return err
	}
	if note := x.Truncated(); note != "" {
		notes = append(notes, note+".")
	}
	return c.write(o, subjects, list, notes)
}

// subjects are the rules that were asked for, or those that the model brings along.
func (c *explainCmd) subjects(dir string, base *model.Checkpoint) (list []explain.Subject, err error) {
	specs := c.Pruner
	if len(specs) == 0 && dir == "" {
		return points(c.Budget)
	}
	if len(specs) == 0 {
		specs = []string{""}
	}
	for _, spec := range specs {
		rule, note, err := ruleFor(spec, dir)
		if err != nil {
			return nil, err
		}
		if spec == "" && note == nil {
			return nil, errUsage{fmt.Errorf("%s names no rule of its own: give one with --pruner SPEC (`ltpbench ls pruners` lists them)", dir)}
		}
		list = append(list, explain.Subject{Weights: base, Rule: rule})
	}
	return list, nil
}

// points are the embedded model's of each series, the nearest to a budget.
func points(budget float64) (list []explain.Subject, err error) {
	set, err := embedded.Load()
	if err != nil {
		return nil, err
	}
	nearest, off := map[string]embedded.Point{}, map[string]float64{}
	var order []string
	for _, p := range set.Points {
		b, err := strconv.ParseFloat(p.Budget, 64)
		if err != nil {
			continue // it aims at none
		}
		series := pruners.Series(p.Rule)
		if _, known := off[series]; !known {
			order = append(order, series)
		} else if math.Abs(b-budget) >= off[series] {
			continue
		}
		nearest[series], off[series] = p, math.Abs(b-budget)
	}
	for _, series := range order {
		p := nearest[series]
		weights, err := p.Weights()
		if err != nil {
			return nil, err
		}
		list = append(list, explain.Subject{Weights: weights, Rule: p.Rule})
	}
	return list, nil
}

// explain runs the texts and returns those to show.
func (c *explainCmd) explain(o *output, x *explain.Explainer, base *model.Checkpoint, name string) (list []explain.Text, notes []string, err error) {
	if c.Wrong {
		return c.wrong(o, x, base, name)
	}
	var texts []text.Example
	for _, t := range c.Texts {
		texts = append(texts, text.Example{Text: t, Label: -1})
	}
	switch {
	case len(texts) > 0:
	case c.Data == "" && c.Model == nil && typed(o.in):
		texts = text.Embedded()[:min(2, c.Limit)]
		notes = append(notes, "Some of the embedded texts; give your own as arguments.")
	default:
		if texts, notes, err = c.read(o); err != nil {
			return nil, nil, err
		}
	}
	for from := 0; from < len(texts); from += atOnce {
		some, err := x.Explain(texts[from:min(len(texts), from+atOnce)])
		if err != nil {
			return nil, nil, err
		}
		list = append(list, some...)
	}
	return list, notes, nil
}

// atOnce is how many texts run as one batch.
const atOnce = 32

// read reads the first texts of a file or standard input.
func (c *explainCmd) read(o *output) (texts []text.Example, notes []string, err error) {
	format, err := c.format()
	if err != nil {
		return nil, nil, err
	}
	format.Unlabelled = true
	in, name := o.in, "standard input"
	if c.Data != "" && c.Data != "-" {
		if name, err = text.Path(c.Data, format); err != nil {
			return nil, nil, err
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		in = f
	} else if format.Kind == "" {
		format.Kind = text.Lines
	}
	r, err := text.NewReader(in, name, format)
	if err != nil {
		return nil, nil, err
	}
	for len(texts) < c.Limit {
		x, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		texts = append(texts, x)
	}
	if len(texts) == 0 {
		return nil, nil, fmt.Errorf("%s has no text: give some as arguments, with --data FILE or through a pipe", name)
	}
	return texts, notes, nil
}

// wrong runs all labelled texts and returns the first of those on which answers differ.
func (c *explainCmd) wrong(o *output, x *explain.Explainer, base *model.Checkpoint, name string) (list []explain.Text, notes []string, err error) {
	var texts []text.Example
	if c.Data != "" {
		_, texts, err = c.textFlags.read(o, c.Data, &base.Config, name, false)
	} else {
		var format text.Format
		if format.Task, err = text.Lookup("SST-2"); err == nil {
			if format, err = text.FormatFor(format, &base.Config, name); err == nil {
				_, texts, err = text.ReadEmbedded(format)
			}
		}
	}
	if err != nil {
		return nil, nil, err
	}
	var t explain.Tally
	for from := 0; from < len(texts); from += atOnce {
		some, err := x.Explain(texts[from:min(len(texts), from+atOnce)])
		if err != nil {
			return nil, nil, err
		}
		for i := range some {
			if t.Add(&some[i]) && len(list) < c.Limit {
				list = append(list, some[i])
			}
		}
	}
	return list, t.Sentences(), nil
}

// write shows the texts: on the terminal, or as a page.
func (c *explainCmd) write(o *output, subjects []explain.Subject, list []explain.Text, notes []string) error {
	var b bytes.Buffer
	if c.Out != "" {
		if err := page.Write(&b, explain.Page(list, notes)); err != nil {
			return err
		}
		if err := writeOut(c.Out, b.Bytes()); err != nil {
			return err
		}
		fmt.Fprintf(o.out, "%s has %d texts\n", c.Out, len(list))
		return nil
	}
	style := explain.Style{Width: columns(o.out), Color: terminal(o.out) && os.Getenv("NO_COLOR") == ""}
	set(&style.Width, c.Width)
	var specs []string
	for _, s := range subjects {
		specs = append(specs, s.Rule.Spec().String())
	}
	style.Legend(&b, specs)
	for _, note := range notes {
		style.Note(&b, note)
	}
	for i := range list {
		style.Text(&b, &list[i])
	}
	w := o.out
	if style.Color { // what is foreign in it was made harmless
		w = raw(w)
	}
	_, err := w.Write(b.Bytes())
	return err
}
