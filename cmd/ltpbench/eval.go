package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/bench/stats"
	"ltpbench/bench/sweep"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
	"ltpbench/results"
)

type evalCmd struct {
	Model string `help:"Hugging Face folder with a classifier." required:"" placeholder:"DIR"`
	Data  string `help:"Labelled text, a file or a named task's folder." required:"" placeholder:"PATH"`
	textFlags
	Pruner    string `help:"Rule to run with; the one that training.json beside the model names, else none, if not given." placeholder:"SPEC"`
	MaxLength int    `help:"Tokens of a text or pair at most; 0: what the model takes." placeholder:"N"`
	Device    string `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads   int    `help:"Threads; 0: one per processor."`
	Reference bool   `help:"Run published code's masked emulation too, in which not even row 0 is protected, and print how its metrics and relative FLOPs differ."`
	Out       string `short:"o" help:"Record to write the result to; one that is there grows by a line." placeholder:"FILE"`
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
	task, texts, err := c.read(o, c.Data, &weights.Config, c.Model)
	if err != nil {
		return err
	}
	examples, err := recipe.Tokenize(words, task, texts, length)
	if err != nil {
		return err
	}
	e, err := model.New(d, weights)
	if err != nil {
		return err
	}
	p := results.Point{Name: "Eval", Procs: d.Info().Threads, Iters: len(examples), Keys: []results.Key{
		{Name: results.KeyModel, Value: filepath.Base(c.Model)}, {Name: results.KeyTask, Value: task.Name},
		{Name: results.KeyMethod, Value: plan.Series(rule)}, {Name: results.KeySpec, Value: rule.Spec().String()}}}
	if note != nil {
		p.Keys = append(p.Keys, results.Key{Name: results.KeySeed, Value: fmt.Sprint(note.Recipe.Seed)})
	}
	p.Keys = append(p.Keys, results.Key{Name: "weights", Value: weights.Hash()}, results.Key{Name: "data", Value: sweep.TextHash(texts)})
	if length < weights.Config.MaxLength() {
		p.Keys = append(p.Keys, results.Key{Name: results.KeyMaxLength, Value: fmt.Sprint(length)})
	}
	if p.Values, err = measure(e, rule, task, texts, examples); err != nil {
		return err
	}
	for _, v := range p.Values {
		fmt.Fprintf(o.out, "%-22s %.4f\n", v.Unit, v.Value)
	}
	fmt.Fprintf(o.out, "%-22s %d\n", "examples", len(examples))
	if c.Reference {
		values, err := reference(e, rule, task, texts, examples)
		if err != nil {
			return err
		}
		for _, v := range values {
			fmt.Fprintf(o.out, "%-22s %.4f, differs by %+.4f\n", v.Unit, v.Value, v.Value-valueOf(p, strings.TrimPrefix(v.Unit, emulated)))
		}
		p.Values = append(p.Values, values...)
	}
	if c.Out == "" {
		return nil
	}
	return record(c.Out, config, p)
}

// measure returns the task's metrics and the FLOPs.
func measure(e *model.Encoder, rule pruners.Pruner, task *text.Task, texts []text.Example, examples []train.Example) ([]results.Value, error) {
	score, err := recipe.Evaluate(e, rule, examples)
	if err != nil {
		return nil, err
	}
	executed, relative, err := recipe.Executed(e, rule, examples)
	if err != nil {
		return nil, err
	}
	var values []results.Value
	truth := task.Truth(texts)
	for _, m := range task.Metrics {
		values = append(values, results.Value{Unit: m.Unit, Value: m.Of(task, score.Predictions, truth)})
		if m.Unit == results.Accuracy {
			_, interval := stats.Accuracy(right(score.Predictions, truth))
			values = append(values, results.Value{Unit: m.Unit + "-low", Value: interval.Low}, results.Value{Unit: m.Unit + "-high", Value: interval.High})
		}
	}
	return append(values, results.Value{Unit: results.PaperRatio, Value: score.Paper}, results.Value{Unit: results.ExecutedRatio, Value: relative},
		results.Value{Unit: results.ExecutedFLOPs, Value: executed}), nil
}

// emulated is what the units of the masked emulation begin with.
const emulated = "reference-"

// reference returns the task's metrics and the relative FLOPs of the masked
// emulation.
func reference(e *model.Encoder, rule pruners.Pruner, task *text.Task, texts []text.Example, examples []train.Example) (values []results.Value, err error) {
	predictions, paper, err := recipe.Masked(e, rule, examples)
	if err != nil {
		return nil, err
	}
	for _, m := range task.Metrics {
		values = append(values, results.Value{Unit: emulated + m.Unit, Value: m.Of(task, predictions, task.Truth(texts))})
	}
	return append(values, results.Value{Unit: emulated + results.PaperRatio, Value: paper}), nil
}

func valueOf(p results.Point, unit string) float64 {
	v, _ := p.Value(unit)
	return v
}

func right(predicted, truth []float64) []bool {
	list := make([]bool, len(truth))
	for i := range list {
		list[i] = predicted[i] == truth[i]
	}
	return list
}
