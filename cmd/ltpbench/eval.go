package main

import (
	"fmt"

	"ltpbench/bench/finetune"
	"ltpbench/bench/stats"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
	"ltpbench/results"
)

type evalCmd struct {
	Model string `help:"Hugging Face folder with a classifier." required:"" placeholder:"DIR"`
	Data  string `help:"Labelled text, a file or a named task's folder." required:"" placeholder:"FILE"`
	textFlags
	Pruner string `help:"Rule to run with." default:"none" placeholder:"SPEC"`
	Device string `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
}

// Run prints accuracy, or correlation for a task with scores, and relative FLOPs.
func (c *evalCmd) Run(o *output) error {
	rule, err := pruners.Parse(c.Pruner)
	if err != nil {
		return errUsage{err}
	}
	d, err := hw.Open(c.Device, hw.Options{})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	weights, err := model.Load(c.Model)
	if err != nil {
		return err
	}
	if weights.Config.Labels == 0 {
		return fmt.Errorf("%s has no classifier; fine-tune it first with `ltpbench train`", c.Model)
	}
	task, texts, err := c.read(o, c.Data, &weights.Config, c.Model)
	if err != nil {
		return err
	}
	words, err := tokenize.Load(c.Model)
	if err != nil {
		return err
	}
	examples, err := finetune.Tokenize(words, task, texts, weights.Config.MaxLength())
	if err != nil {
		return err
	}
	e, err := model.New(d, weights)
	if err != nil {
		return err
	}
	score, err := finetune.Evaluate(e, rule, examples)
	if err != nil {
		return err
	}
	truth := task.Truth(texts)
	for _, m := range task.Metrics {
		fmt.Fprintf(o.out, "%s %.4f ", m.Unit, m.Of(task, score.Predictions, truth))
		if m.Unit == results.Accuracy {
			_, interval := stats.Accuracy(right(score.Predictions, truth))
			fmt.Fprintf(o.out, "[%.4f, %.4f] ", interval.Low, interval.High)
		}
	}
	fmt.Fprintf(o.out, "paper-ratio %.4f examples %d\n", score.Paper, score.Examples)
	return nil
}

func right(predicted, truth []float64) []bool {
	list := make([]bool, len(truth))
	for i := range list {
		list[i] = predicted[i] == truth[i]
	}
	return list
}
