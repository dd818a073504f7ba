package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"ltpbench/bench/eval"
	"ltpbench/bench/sweep"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

type evalCmd struct {
	progressFlag
	Model string `help:"Hugging Face folder with a classifier." required:"" placeholder:"DIR"`
	Data  string `help:"Labelled text: a file or a task's folder." required:"" placeholder:"PATH"`
	textFlags
	Pruner    string `help:"Pruning rule. Default: that of training.json in the model's folder, else none." placeholder:"SPEC"`
	MaxLength int    `help:"Maximal number of tokens of a text or pair; 0: the model's maximum." placeholder:"N"`
	Device    string `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads   int    `help:"Number of threads; 0: one per processor."`
	Reference bool   `help:"Also run the masked emulation of the published code, which does not protect row 0, and print by how much its metrics and relative FLOPs differ."`
	Out       string `short:"o" help:"Record to write; a line is added to an existing one." placeholder:"FILE"`
}

// Help is printed below the command's purpose.
func (evalCmd) Help() string {
	return `Examples:
  ltpbench eval --model base --data GLUE --task MRPC
  ltpbench eval --model half --data dev.csv --text review --label stars --pruner none
  ltpbench eval --model half --data dev.jsonl -o eval.txt`
}

// Run prints the task's metrics and relative FLOPs, and records them.
func (c *evalCmd) Run(o *output) error {
	if c.Model == "" {
		return errUsage{errors.New("--model is empty: name a folder")}
	}
	rule, note, err := ruleFor(c.Pruner, c.Model)
	if err != nil {
		return err
	}
	d, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	config := append(machine.Device(d), machine.Program(program)...)
	if err := recordable(c.Out, config); err != nil {
		return err
	}
	weights, words, _, err := loadClassifier(c.Model)
	if err != nil {
		return err
	}
	length := weights.Config.MaxLength()
	if c.MaxLength > length || c.MaxLength < 0 {
		return errUsage{fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", c.MaxLength, c.Model, length)}
	}
	if c.MaxLength > 0 {
		length = c.MaxLength
	}
	task, texts, err := c.read(o, c.Data, &weights.Config, c.Model, false)
	if err != nil {
		return err
	}
	examples, truncated, err := text.Tokenize(words, task, texts, length)
	if err != nil {
		return err
	}
	if task.Several {
		weights.Config.Problem = model.MultiLabel
	}
	truth := task.Truth(texts)
	e, err := model.New(d, weights)
	if err != nil {
		return err
	}
	defer e.Close()
	p := results.Point{Name: "Eval", Procs: d.Info().Threads, Iters: len(examples), Keys: []results.Key{
		{Name: results.KeyModel, Value: filepath.Base(c.Model)}, {Name: results.KeyTask, Value: task.Name},
		{Name: results.KeyMethod, Value: pruners.Series(rule)}, {Name: results.KeySpec, Value: rule.Spec().String()}}}
	if note != nil {
		p.Keys = append(p.Keys, results.Key{Name: results.KeySeed, Value: fmt.Sprint(note.Recipe.Seed)})
	}
	p.Keys = append(p.Keys, results.Key{Name: "weights", Value: weights.Hash()})
	if learned := pruners.StateOf(rule).Hash(); learned != "" {
		p.Keys = append(p.Keys, results.Key{Name: "learned", Value: learned})
	}
	p.Keys = append(p.Keys, results.Key{Name: "data", Value: text.Hash(texts)})
	if length < weights.Config.MaxLength() {
		p.Keys = append(p.Keys, results.Key{Name: results.KeyMaxLength, Value: fmt.Sprint(length)})
	}
	if note := text.Truncated(words, truncated, len(examples), length); note != "" {
		fmt.Fprintf(o.err, "%s: %s\n", c.Data, note)
		p.Keys = append(p.Keys, results.Key{Name: results.KeyTruncated, Value: fmt.Sprint(truncated)})
	}
	b := c.follow(o.err)
	x, err := evaluate(e, rule, examples, b)
	if b.wait(); err != nil {
		return err
	}
	p.Values = scored(x, task, truth)
	if hint := eval.Hint(task, x.Predicted, truth); hint != "" {
		fmt.Fprintf(o.err, "hint: %s\n", hint)
	}
	var emulation []results.Value
	if c.Reference {
		if emulation, err = reference(e, rule, task, truth, examples); err != nil {
			return err
		}
	}
	own := p.Values
	p.Values = append(own[:len(own):len(own)], emulation...)
	if c.Out != "" { // before anything is printed: who reads that may have gone
		err = record(c.Out, config, p)
	}
	for _, v := range own {
		fmt.Fprintf(o.out, "%-22s %.4f\n", v.Unit, v.Value)
	}
	fmt.Fprintf(o.out, "%-22s %d\n", "examples", len(examples))
	for _, v := range emulation {
		fmt.Fprintf(o.out, "%-22s %.4f, differs by %+.4f\n", v.Unit, v.Value, v.Value-valueOf(p, strings.TrimPrefix(v.Unit, results.ReferencePrefix)))
	}
	return err
}

// evaluate runs the examples, and shows how far it is.
func evaluate(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, b *follower) (*eval.Evaluation, error) {
	begin, done := time.Now(), sweep.Progress{What: "evaluating", Of: float64(ragged.Tokens(examples))}
	return eval.Watched(context.Background(), e, rule, examples, false, func(tokens int) {
		done.Done, done.Elapsed = done.Done+float64(tokens), time.Since(begin)
		b.set(done)
	})
}

// scored returns the task's metrics and the FLOPs.
func scored(x *eval.Evaluation, task *text.Task, truth []float64) (values []results.Value) {
	for _, m := range task.Metrics {
		if m.Unit == results.Accuracy {
			values = append(values, eval.ScoreOf(m, task, truth, x.Predicted).Values()...)
			continue
		}
		values = append(values, results.Value{Unit: m.Unit, Value: m.Of(task, x.Predicted, truth)})
	}
	ratio := x.Work.Relative(x.None)
	return append(values, results.Value{Unit: results.PaperRatio, Value: ratio.Paper}, results.Value{Unit: results.ExecutedRatio, Value: ratio.Executed},
		results.Value{Unit: results.ExecutedFLOPs, Value: float64(x.Work.Executed) / float64(len(truth))})
}

// reference returns the task's metrics and the relative FLOPs of the masked
// emulation.
func reference(e *model.Encoder, rule pruners.Pruner, task *text.Task, truth []float64, examples []ragged.Sequence) (values []results.Value, err error) {
	predictions, paper, err := eval.Masked(e, rule, examples)
	if err != nil {
		return nil, err
	}
	for _, m := range task.Metrics {
		values = append(values, results.Value{Unit: results.ReferencePrefix + m.Unit, Value: m.Of(task, predictions, truth)})
	}
	return append(values, results.Value{Unit: results.ReferencePrefix + results.PaperRatio, Value: paper}), nil
}

func valueOf(p results.Point, unit string) float64 {
	v, _ := p.Value(unit)
	return v
}
