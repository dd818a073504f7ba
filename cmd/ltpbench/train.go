package main

import (
	"fmt"

	"ltpbench/bench/finetune"
	"ltpbench/hw"
	"ltpbench/model/train"
)

type trainCmd struct {
	Model     string  `help:"Hugging Face folder to begin with." required:"" placeholder:"DIR"`
	Data      string  `help:"Folder with the tasks' folders." required:"" placeholder:"FOLDER"`
	Task      string  `help:"Task to train on." default:"SST-2"`
	Out       string  `short:"o" help:"Folder for the weights." required:"" placeholder:"DIR"`
	Device    string  `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads   int     `help:"Threads; 0: one per processor."`
	Examples  int     `help:"Use so many random training examples; 0: all."`
	Epochs    int     `help:"Epochs of each stage." default:"1"`
	Batch     int     `help:"Sequences of a mini-batch." default:"32"`
	MaxLength int     `help:"Tokens of a text or pair at most." default:"128"`
	Rate      float32 `help:"Highest learning rate of weights." default:"2e-5"`
	Decay     float32 `help:"Weight decay." default:"0.01"`
	Clip      float32 `help:"Largest norm of the gradient; 0: no clipping." default:"1"`
	Dropout   bool    `help:"Dropout at the model's own rates." default:"true" negatable:""`
	Freeze    string  `help:"What does not learn: embeddings, or matrices (all but biases, norms and head)." enum:",embeddings,matrices" default:""`
	Seed      uint64  `help:"Seed of order, dropout and new weights." default:"1"`
	Units     int     `help:"First cut each feed-forward to so many units."`
	Vocab     bool    `name:"cut-vocabulary" help:"First cut the vocabulary to the pieces of the training text."`
	Half      bool    `help:"Save weights in 16 bits, in files of at most 19 MB."`
	Differ    bool    `name:"difference" help:"Save only the tensors that learnt."`
	Teacher   string  `help:"Fine-tuned model to learn from instead of the labels." placeholder:"DIR"`

	Pruner      string  `help:"Rule that drops tokens during training." placeholder:"SPEC"`
	Learn       bool    `help:"Learn the rule's thresholds in a soft stage before the hard one."`
	Lambda      float32 `help:"Weight of the mean mask in the soft stage's loss." default:"0.03"`
	Temperature float32 `help:"Temperature of the soft mask." default:"1e-3"`
	LearnerRate float32 `help:"Learning rate of thresholds." default:"1e-3"`
	Budget      float64 `help:"Relative FLOPs to scale the thresholds to, on a held-out part of the training text."`
}

// Run carries the recipe out.
func (c *trainCmd) Run(o *output) error {
	device, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer device.Close()
	d, ok := device.(hw.Backward)
	if !ok {
		return fmt.Errorf("device %s cannot train", c.Device)
	}
	r := finetune.Recipe{
		Model: c.Model, Data: c.Data, Task: c.Task, Examples: c.Examples, Epochs: c.Epochs, Batch: c.Batch, MaxLength: c.MaxLength,
		Rate: c.Rate, Decay: c.Decay, Clip: c.Clip, Dropout: c.Dropout, Freeze: train.Freeze(c.Freeze), Seed: c.Seed, Units: c.Units, Vocabulary: c.Vocab, Half: c.Half, Difference: c.Differ, Teacher: c.Teacher,
		Pruner: c.Pruner, Learn: c.Learn, Budget: c.Budget,
	}
	if c.Learn {
		r.Lambda, r.Temperature, r.LearnerRate = c.Lambda, c.Temperature, c.LearnerRate
	}
	result, err := r.Make(d, c.Out, o.err)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "held-out accuracy %.1f %% of %d at %.3f relative FLOPs\nrun it with: %s\n%s\n",
		100*result.HeldOut.Accuracy, result.HeldOut.Examples, result.HeldOut.Paper, result.Pruner, c.Out)
	return nil
}
