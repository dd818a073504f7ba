package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/hw"
	"ltpbench/internal/atomicfile"
	"ltpbench/internal/machine"
)

type trainCmd struct {
	Model string `help:"Hugging Face folder to begin with." required:"" placeholder:"DIR"`
	Data  string `help:"Labelled text to train on: a file, or a named task's folder." required:"" placeholder:"PATH"`
	textFlags
	Test      []string      `help:"Text of the same kind that will be measured; what stands in it is dropped from the training text. Repeat the flag. A named task's folder tells by itself." placeholder:"FILE" sep:"none" group:"Text"`
	Keep      bool          `name:"keep-duplicates" help:"Keep training texts that are there twice, or in the test text too, as published numbers do." group:"Text"`
	Whole     bool          `help:"Learn from all of the training text; otherwise 2 % are held out, which a budget needs." group:"Text"`
	Out       string        `short:"o" help:"Folder for the weights." required:"" placeholder:"DIR"`
	Device    string        `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads   int           `help:"Threads; 0: one per processor."`
	Examples  int           `help:"Use so many random training examples; 0: all."`
	Epochs    int           `help:"Epochs of each stage." default:"1"`
	Batch     int           `help:"Sequences of a mini-batch." default:"32"`
	Tokens    int           `name:"batch-tokens" help:"Tokens of a mini-batch at most, in place of --batch."`
	MaxLength *int          `help:"Tokens of a text or pair at most; 128 if not given, or what the model takes if that is less." placeholder:"N"`
	Rate      float32       `help:"Highest learning rate of weights." default:"2e-5"`
	Decay     float32       `help:"Weight decay." default:"0.01"`
	Clip      float32       `help:"Largest norm of the gradient; 0: no clipping." default:"1"`
	Dropout   bool          `help:"Dropout at the model's own rates." default:"true" negatable:""`
	Freeze    string        `help:"What does not learn: embeddings, or matrices (all but biases, norms and head)." enum:",embeddings,matrices" default:""`
	Seed      uint64        `help:"Seed of order, dropout and new weights." default:"1"`
	State     string        `help:"Folder that keeps where a stopped training stands; OUT.partial if not given. It is removed at the end." placeholder:"DIR"`
	Every     time.Duration `help:"How often that is written." default:"2m"`
	Verbose   bool          `short:"v" help:"Print a line each hundred steps."`

	Units   int      `help:"First cut each feed-forward to so many units." group:"Small models"`
	Vocab   bool     `name:"cut-vocabulary" help:"First cut the vocabulary to the pieces of the training text." group:"Small models"`
	Half    bool     `help:"Save weights in 16 bits, in files of at most 19 MB." group:"Small models"`
	Differ  bool     `name:"difference" help:"Save only the tensors that learnt." group:"Small models"`
	Rank    int      `help:"Save a difference whose matrices have this rank; biases and norms learn on after the cut." group:"Small models"`
	CutRate *float32 `help:"Learning rate after that cut; 5e-4 if not given." placeholder:"RATE" group:"Small models"`
	Teacher string   `help:"Fine-tuned model to learn from instead of the labels." placeholder:"DIR" group:"Small models"`
	Hidden  float32  `help:"Weight of the distance of each layer's rows from the teacher's." placeholder:"WEIGHT" group:"Small models"`

	Pruner      string   `help:"Rule that drops tokens during training." placeholder:"SPEC" group:"Pruning"`
	Learn       bool     `help:"Learn the rule's thresholds in a soft stage before the hard one." group:"Pruning"`
	Lambda      *float32 `help:"Weight of the mean mask in the soft stage's loss; 0.03 if not given, and with --budget steered from there." group:"Pruning"`
	Padded      bool     `help:"Take the mean over padding to 128 too, as the published lambdas do." group:"Pruning"`
	Temperature *float32 `help:"Temperature of the soft mask; 1e-3 if not given." group:"Pruning"`
	LearnerRate *float32 `help:"Learning rate of thresholds; 1e-3 if not given." group:"Pruning"`
	Budget      float64  `help:"Relative FLOPs that the rule is brought to, on a held-out part of the training text: thresholds by scaling, top-k by its rate." group:"Pruning"`
}

// Help is printed below the command's purpose.
func (trainCmd) Help() string {
	return `A model without classifier gets one for the labels of the text. With --learn a rule's thresholds are learned in a
soft stage and frozen in a hard one; without it the rule drops tokens in one stage of as many steps. Stopped by Ctrl-C,
the same command goes on.

Examples:
  ltpbench train --model MiniLM --data GLUE --task MRPC --epochs 3 --rate 5e-5 -o base
  ltpbench train --model MiniLM --data train.csv --text review --label stars --test dev.csv -o base
  ltpbench train --model base --data GLUE --task MRPC --learn --pruner threshold:final=0.01 --budget 0.5 -o half
  ltpbench train --model base --data GLUE --task MRPC --pruner topk:rate=0.4,start=1 --budget 0.5 -o half-topk`
}

// Run carries the recipe out.
func (c *trainCmd) Run(o *output) error {
	if err := c.idle(); err != nil {
		return errUsage{err}
	}
	r := c.recipe()
	if err := r.Check(); err != nil {
		return errUsage{err}
	}
	if err := atomicfile.Free(c.Out); err != nil {
		return fmt.Errorf("-o %w", err)
	}
	device, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer device.Close()
	d, ok := device.(hw.Backward)
	if !ok {
		return fmt.Errorf("device %s cannot train", c.Device)
	}
	in, err := r.Load()
	if err != nil {
		return err
	}
	if err := c.fit(&r, in); err != nil {
		return errUsage{err}
	}
	if err := c.texts(o, in); err != nil {
		return err
	}
	r.Task = in.Task.Name
	w := recipe.Watch{State: c.State, Every: c.Every, Progress: c.progress(o.err)}
	if w.State == "" {
		w.State = filepath.Clean(c.Out) + ".partial"
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	made, err := r.Make(ctx, d, in, w)
	var stopped *recipe.Stopped
	if errors.As(err, &stopped) {
		return fmt.Errorf("%w; the same command goes on from there (%s holds it)", err, w.State)
	}
	if err != nil {
		return err
	}
	made.Build, made.Command = machine.Build(), machine.Command(program)
	if err := atomicfile.Folder(c.Out, made.Save); err != nil {
		return fmt.Errorf("-o %w; %s holds the training: the same command with another -o, and with --state %s, saves it", err, w.State, w.State)
	}
	if err := w.Forget(); err != nil {
		return err
	}
	if made.Warning() != "" {
		fmt.Fprintln(o.err, "warning:", made.Warning())
	}
	if made.HeldOut.Examples > 0 {
		fmt.Fprintf(o.out, "held-out: %s of %d at %.3f relative FLOPs\n", made.HeldOut, made.HeldOut.Examples, made.HeldOut.Paper)
	}
	fmt.Fprintf(o.out, "rule: %s, which predict and eval use with --model %s\n", made.Pruner, c.Out)
	return nil
}

// progress shows each step on a terminal, and each hundredth as a line if asked for.
func (c *trainCmd) progress(w io.Writer) func(recipe.Progress) {
	live := terminal(w)
	w = raw(w) // the live line moves the cursor
	if !live && !c.Verbose {
		return nil
	}
	return func(p recipe.Progress) {
		if live {
			fmt.Fprintf(w, "\r\x1b[K%s", p)
		}
		if c.Verbose && p.Step%100 == 0 || live && p.Step == p.Steps {
			fmt.Fprintf(w, "%s%s %.0fs\n", map[bool]string{true: "\r\x1b[K"}[live], p, p.Elapsed.Seconds())
		}
	}
}
