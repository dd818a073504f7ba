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

	"github.com/alecthomas/kong"

	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/atomicfile"
	"ltpbench/internal/machine"
	"ltpbench/internal/settings"
)

type trainCmd struct {
	progressFlag
	Model string `help:"Hugging Face folder to start from." required:"" placeholder:"DIR"`
	Data  string `help:"Labelled training text: a file, or a task's folder." required:"" placeholder:"PATH"`
	textFlags
	Test      []string      `help:"Text of the same format that will be measured; training texts that occur in it are dropped; repeatable. Default: the test files of --task." placeholder:"FILE" sep:"none" group:"Text"`
	Keep      bool          `name:"keep-duplicates" help:"Keep training texts that are duplicates or occur in the test text, as published results do." group:"Text"`
	Plan      string        `help:"Plan file whose [training] and [[stage]] sections are used; flags override them." placeholder:"FILE"`
	Out       string        `short:"o" help:"Folder for the weights." required:"" placeholder:"DIR"`
	Device    string        `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads   int           `help:"Number of threads; 0: one per processor."`
	MaxLength *int          `help:"Maximal number of tokens of a text or pair. Default: 128, or the model's maximum if that is less." placeholder:"N"`
	State     string        `help:"Folder for the state of an unfinished training, removed at the end. Default: OUT.partial." placeholder:"DIR"`
	Every     time.Duration `help:"Interval between saves of the state." default:"2m"`
	Verbose   bool          `short:"v" help:"Print a line every hundred steps."`

	kong.Plugins
	settings *settings.Flags // a flag for each setting of a recipe
}

// newTrainCmd returns the command with a flag for each setting of a recipe.
func newTrainCmd() trainCmd {
	f := settings.NewFlags(recipe.Recipe{}, "Training")
	return trainCmd{Plugins: kong.Plugins{f.Struct()}, settings: f}
}

// Help is printed below the command's purpose.
func (trainCmd) Help() string {
	return `A model without a classification head gets one for the labels of the text. With --learn the rule's thresholds are learned
in a soft stage and frozen in a hard stage; without it the rule prunes in one stage with the same number of steps. After
Ctrl-C or a crash the same command resumes the training.

Examples:
  ltpbench train --model MiniLM --data GLUE --task MRPC --epochs 3 --learning-rate 5e-5 -o base
  ltpbench train --model MiniLM --data train.csv --text review --label stars --test dev.csv -o base
  ltpbench train --model base --data GLUE --task MRPC --learn --pruner threshold:final=0.01 --budget 0.5 -o half
  ltpbench train --model base --data GLUE --task MRPC --pruner topk:rate=0.4,start=1 --budget 0.5 -o half-topk`
}

// Run carries the recipe out.
func (c *trainCmd) Run(o *output) error {
	if c.Model == "" || c.Out == "" {
		return errUsage{errors.New("--model and -o name folders: one is empty")}
	}
	r, err := c.recipe()
	if err != nil {
		return errUsage{err}
	}
	if err := c.idle(&r); err != nil {
		return errUsage{err}
	}
	if err := r.Check(); err != nil {
		return errUsage{err}
	}
	taken := atomicfile.Free(c.Out)
	if note, err := recipe.ReadOutcome(c.Out); taken != nil && (err != nil || note == nil) {
		return fmt.Errorf("-o %w", taken)
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
	_, truncated, err := text.Tokenize(in.Tokenizer, in.Task, in.Texts, r.MaxLength)
	if err != nil {
		return err
	}
	if note := text.Truncated(in.Tokenizer, truncated, len(in.Texts), r.MaxLength); note != "" {
		fmt.Fprintf(o.err, "training text: %s\n", note)
	}
	r.Task = in.Task.Name
	w := recipe.Watch{State: c.State, Every: c.Every, Progress: c.progress(o.err)}
	if w.State == "" {
		w.State = filepath.Clean(c.Out) + ".partial"
	}
	if taken != nil { // by this very training, if it was killed before it could say so
		done, err := r.Made(in, c.Out)
		if err != nil {
			return fmt.Errorf("-o %w", err)
		}
		if done == nil {
			return fmt.Errorf("-o %w", taken)
		}
		fmt.Fprintf(o.err, "%s already has the weights of this training\n", c.Out)
		return errors.Join(w.Forget(), c.report(o, done))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	made, err := r.Make(ctx, d, in, w)
	var stopped *recipe.Stopped
	if errors.As(err, &stopped) {
		return fmt.Errorf("%w; the same command resumes it (the state is in %s)", err, w.State)
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
	return c.report(o, &made.Outcome)
}

// report prints what came out.
func (c *trainCmd) report(o *output, made *recipe.Outcome) error {
	if made.Warning() != "" {
		fmt.Fprintln(o.err, "warning:", made.Warning())
	}
	if made.HeldOut.Examples > 0 {
		fmt.Fprintf(o.out, "held-out: %s of %d at %.3f relative FLOPs\n", made.HeldOut, made.HeldOut.Examples, made.HeldOut.Paper)
	}
	for _, f := range made.Figures {
		fmt.Fprintf(o.out, "stage %s, %s: %.3f\n", f.Stage, f.Name, f.Value)
	}
	fmt.Fprintf(o.out, "rule: %s, which predict and eval use with --model %s\n", made.Pruner, c.Out)
	return nil
}

// progress shows each step on a terminal, and each hundredth as a line if asked for. Elsewhere a line every few minutes
// shows that the training is alive.
func (c *trainCmd) progress(w io.Writer) func(recipe.Progress) {
	live := c.Progress == "auto" && terminal(w)
	plain := newLines(w)
	if live || c.Progress == "none" || c.Verbose {
		plain = nil
	}
	if live {
		w = raw(w) // the live line moves the cursor
	}
	return func(p recipe.Progress) {
		plain.train(p)
		if live {
			fmt.Fprintf(w, "\r\x1b[K%s", p)
		}
		if c.Verbose && p.Step%100 == 0 || live && p.Step == p.Steps {
			fmt.Fprintf(w, "%s%s %.0fs\n", map[bool]string{true: "\r\x1b[K"}[live], p, p.Elapsed.Seconds())
		}
	}
}
