package main

import (
	"fmt"

	"ltpbench/bench/finetune"
	"ltpbench/bench/stats"
	"ltpbench/bench/tasks"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

type evalCmd struct {
	Model  string `help:"Hugging Face folder with a classifier." required:"" placeholder:"DIR"`
	Data   string `help:"Labelled text: a task's dev file." required:"" placeholder:"FILE"`
	Task   string `help:"The task whose labels and columns the data has." default:"SST-2"`
	Pruner string `help:"Rule to run with." default:"none" placeholder:"SPEC"`
	Device string `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
}

// Run prints accuracy, or correlation for a task with scores, and relative FLOPs.
func (c *evalCmd) Run(o *output) error {
	task, err := tasks.Lookup(c.Task)
	if err != nil {
		return errUsage{err}
	}
	rule, err := pruners.Parse(c.Pruner)
	if err != nil {
		return errUsage{err}
	}
	d, err := hw.Open(c.Device, hw.Options{})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	texts, err := readFile(task, c.Data)
	if err != nil {
		return err
	}
	weights, err := model.Load(c.Model)
	if err != nil {
		return err
	}
	if weights.Config.Labels != max(1, len(task.Labels)) {
		return fmt.Errorf("%s has %d labels and task %s %d", c.Model, weights.Config.Labels, task.Name, max(1, len(task.Labels)))
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
	if task.Regression() {
		var truth []float64
		for _, x := range texts {
			truth = append(truth, x.Score)
		}
		fmt.Fprintf(o.out, "pearson %.4f spearman %.4f paper-ratio %.4f examples %d\n",
			stats.Pearson(score.Predictions, truth), stats.Spearman(score.Predictions, truth), score.Paper, score.Examples)
		return nil
	}
	hits := 0
	for i, x := range texts {
		if score.Predictions[i] == float64(x.Label) {
			hits++
		}
	}
	interval := stats.Wilson(hits, len(texts))
	fmt.Fprintf(o.out, "accuracy %.4f [%.4f, %.4f] paper-ratio %.4f examples %d\n", score.Accuracy, interval.Low, interval.High, score.Paper, score.Examples)
	return nil
}
