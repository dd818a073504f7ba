package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"ltpbench/bench/decide"
	"ltpbench/bench/eval"
	"ltpbench/bench/recipe"
	"ltpbench/bench/sweep"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

type decideCmd struct {
	progressFlag
	Model      *string `help:"Hugging Face folder with a classifier. Default: the embedded model." placeholder:"DIR"`
	Data       string  `help:"Labelled text like that to come: a file or a task's folder. Default: the embedded dev split of SST-2." placeholder:"FILE"`
	Train      string  `help:"Training text, to estimate what training would cost; it is only counted." placeholder:"FILE"`
	MaxLoss    float64 `name:"max-loss" help:"Largest loss of accuracy, in points." default:"1"`
	MinSpeedup float64 `name:"min-speedup" help:"Least number of times as fast as the unpruned model." default:"1.2"`
	LatencyMs  float64 `name:"latency-ms" help:"Milliseconds that 95 of 100 texts may take, each alone; 0: any." placeholder:"X"`
	Batch      int     `help:"Texts per batch." default:"32"`
	Rounds     int     `help:"Timed passes of the chosen point." default:"10"`
	Minutes    float64 `help:"About how long the decision may take; of a large model or text only a part is used." default:"9"`
	Length     int     `name:"max-length" help:"Maximal number of tokens of a text or pair; 0: the model's maximum." placeholder:"N"`
	Device     string  `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads    int     `help:"Number of threads; 0: one per processor."`
	textFlags
}

// Help is printed below the command's purpose.
func (decideCmd) Help() string {
	return `Nothing is trained: every rule that works on weights as they are is tried at several budgets on one half of the text, the
best point within the limits is chosen there, and reported on the other half. Yes means that it is fast enough and that
the one-sided 95 % bound of its loss is within --max-loss.

Exit codes: 0 yes, 3 no, 4 cannot tell, 1 and 2 errors.

Examples:
  ltpbench decide
  ltpbench decide --model DIR --data dev.tsv --max-loss 0.5 --min-speedup 1.3
  ltpbench decide --model DIR --data dev.csv --text review --label stars --batch 1 --latency-ms 8`
}

// errAnswer is a decision that is not yes, as an exit code.
type errAnswer int

// Error implements error.
func (e errAnswer) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// answers of a decision as errors that carry its exit code.
var exits = map[decide.Answer]error{decide.Yes: nil, decide.No: errAnswer(3), decide.CannotTell: errAnswer(4)}

// timer, if not nil, is what decide takes times from, such as a test's.
var timer decide.Timer

// Run decides, prints the decision, and ends with its exit code.
func (c *decideCmd) Run(o *output) error {
	if err := c.check(); err != nil {
		return errUsage{err}
	}
	dir := ""
	if c.Model != nil {
		dir = *c.Model
	}
	weights, words, name, err := loadClassifier(dir)
	if err != nil {
		return err
	}
	if weights.Config.IsRegression() || weights.Config.IsMultiLabel() {
		return fmt.Errorf("%s gives scores, or several labels at once: decide measures models that choose one label; `ltpbench sweep` measures others", name)
	}
	length := weights.Config.MaxLength()
	if c.Length > length || c.Length < 0 {
		return errUsage{fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", c.Length, name, length)}
	}
	if c.Length > 0 {
		length = c.Length
	}
	task, texts, err := c.texts(o, &weights.Config, name)
	if err != nil {
		return err
	}
	texts, repeated := text.Distinct(texts)
	if repeated > 0 {
		fmt.Fprintf(o.err, "%d texts that occur twice were dropped\n", repeated)
	}
	examples, truncated, err := text.Tokenize(words, task, texts, length)
	if err != nil {
		return err
	}
	if note := text.Truncated(words, truncated, len(texts), length); note != "" {
		fmt.Fprintln(o.err, note)
	}
	d, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options := decide.Options{
		Limits:  decide.Limits{MaxLoss: c.MaxLoss, MinSpeedup: c.MinSpeedup, Latency: c.LatencyMs / 1000},
		Weights: weights, Examples: examples, Batching: eval.Batching{Sequences: c.Batch}, Rounds: c.Rounds,
		Budget: time.Duration(c.Minutes * float64(time.Minute)), Time: timer,
	}
	for _, x := range texts {
		options.Labels = append(options.Labels, x.Label)
	}
	b, begin := c.follow(o.err), time.Now()
	options.Progress = func(what string, done float64) {
		b.set(sweep.Progress{What: what, Done: 1000 * done, Of: 1000, Elapsed: time.Since(begin)})
	}
	decision, err := decide.Run(ctx, d, options)
	if b.wait(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := decision.Write(o.out); err != nil {
		return err
	}
	fmt.Fprintf(o.out, "\nThis took %s. ", roughly(decision.Took))
	if err := c.training(o, decision, examples, task, weights); err != nil {
		return err
	}
	return exits[decision.Answer]
}

// check reports the first flag that is wrong.
func (c *decideCmd) check() error {
	switch {
	case c.Model != nil && *c.Model == "":
		return errors.New("--model is empty: name a folder, or leave the flag out for the embedded model")
	case !(c.MaxLoss > 0 && c.MaxLoss <= 100):
		return fmt.Errorf("--max-loss %g: it has to be above 0 points and at most 100", c.MaxLoss)
	case !(c.MinSpeedup >= 1 && c.MinSpeedup <= 100):
		return fmt.Errorf("--min-speedup %g: it has to be from 1 to 100", c.MinSpeedup)
	case !(c.LatencyMs >= 0):
		return fmt.Errorf("--latency-ms %g: it has to be 0 (any) or more", c.LatencyMs)
	case c.Batch < 1 || c.Batch > 65536:
		return fmt.Errorf("--batch %d: it has to be from 1 to 65536", c.Batch)
	case c.Rounds < 2 || c.Rounds > 1000:
		return fmt.Errorf("--rounds %d: it has to be from 2 to 1000", c.Rounds)
	case !(c.Minutes > 0 && c.Minutes <= 10000):
		return fmt.Errorf("--minutes %g: it has to be above 0 and at most 10000", c.Minutes)
	}
	return nil
}

// texts reads the labelled text.
func (c *decideCmd) texts(o *output, config *model.Config, name string) (*text.Task, []text.Example, error) {
	if c.Data != "" {
		return c.read(o, c.Data, config, name, false)
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		return nil, nil, err
	}
	format, err := text.FormatFor(text.Format{Task: task}, config, name)
	if err != nil {
		return nil, nil, err
	}
	return text.ReadEmbedded(format)
}

// training prints what training would cost, and its command.
func (c *decideCmd) training(o *output, d *decide.Decision, examples []ragged.Sequence, task *text.Task, weights *model.Checkpoint) error {
	rule, ok := decide.Learnable(examples)
	if !ok {
		return nil
	}
	r := recipe.Default()
	r.Learn, r.Pruner = true, rule.Spec().String()
	texts, of := 1000, "1000 texts"
	if c.Train != "" {
		train := *c
		train.Split = "train"
		_, list, err := train.read(o, c.Train, &weights.Config, c.Train, true)
		if err != nil {
			return err
		}
		texts, of = len(list), fmt.Sprintf("the %d texts of %s", len(list), c.Train)
	}
	budget := min(0.9, 1/c.MinSpeedup)
	if d.Chosen.Rule != nil {
		budget = d.Chosen.Budget
	}
	fmt.Fprintf(o.out, "Training with a rule was not tried: on this machine, on %s like these, it would take about %s:\n  %s\n",
		of, roughly(d.Training(examples, texts, r.TotalEpochs())), c.trainCommand(rule, budget))
	return nil
}

// trainCommand is the command line that trains with the rule.
func (c *decideCmd) trainCommand(rule pruners.Pruner, budget float64) string {
	words := []string{"ltpbench", "train", "--model", "DIR"}
	if c.Model != nil {
		words[3] = *c.Model
	}
	train := c.Train
	if train == "" {
		train = "TRAIN"
	}
	words = append(words, "--data", train)
	if c.Data != "" {
		words = append(words, "--test", c.Data)
	}
	for _, f := range []struct{ name, value string }{
		{"task", c.Task}, {"format", c.Format}, {"text", c.Text}, {"pair", c.Pair}, {"label", c.Label}, {"separator", c.Separator}, {"device", c.Device},
	} {
		if f.value != "" && f != (struct{ name, value string }{"device", "cpu"}) {
			words = append(words, "--"+f.name, f.value)
		}
	}
	for _, f := range []struct {
		name  string
		value *bool
	}{{"header", c.Header}, {"quote", c.Quote}} {
		if f.value != nil {
			words = append(words, map[bool]string{true: "--", false: "--no-"}[*f.value]+f.name)
		}
	}
	if c.Length > 0 {
		words = append(words, "--max-length", fmt.Sprint(c.Length))
	}
	words = append(words, "--learn", "--pruner", rule.Spec().String(), "--budget", fmt.Sprintf("%.2f", budget), "-o", "OUT")
	for i, word := range words {
		words[i] = quoted(word)
	}
	return strings.Join(words, " ")
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:=,+@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
