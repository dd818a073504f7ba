package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"ltpbench/bench/predict"
	"ltpbench/bench/text"
	"ltpbench/hw"
)

type predictCmd struct {
	Model   *string `help:"Hugging Face folder with a classifier. Default: the embedded model." placeholder:"DIR"`
	Pruner  string  `help:"Pruning rule. Default: that of training.json in the model's folder, else none." placeholder:"SPEC"`
	Data    string  `help:"File of texts; - for standard input." default:"-" placeholder:"FILE"`
	Output  string  `help:"tsv or jsonl." enum:"tsv,jsonl" default:"tsv"`
	Batch   int     `help:"Texts per batch; predictions are printed when a batch is complete." default:"32"`
	Length  int     `name:"max-length" help:"Maximal number of tokens of a text or pair; 0: the model's maximum." placeholder:"N"`
	Device  string  `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads int     `help:"Number of threads; 0: one per processor."`
	textFlags
}

// Help is printed below the flags' list.
func (predictCmd) Help() string {
	return `Prints one line per text: label and probability (or score), the number of tokens that leave each layer, and the
tokens that remain after the last layer, as in the vocabulary and including [CLS]; merged ones joined by +. Standard input is plain text, one
text per line, unless --format specifies another format. Labels in the file are ignored.

Examples:
  echo "a charming and often affecting journey" | ltpbench predict --pruner topk:rate=0.2,start=1
  ltpbench predict --data reviews.csv --text review --output jsonl --model DIR
  ltpbench predict --data MRPC/dev.tsv --task MRPC --model DIR --pruner threshold:final=0.01`
}

// Run predicts what comes in until it ends.
func (c *predictCmd) Run(o *output) error {
	if c.Batch < 1 || c.Batch > 65536 {
		return errUsage{fmt.Errorf("--batch %d: it has to be from 1 to 65536", c.Batch)}
	}
	dir := ""
	if c.Model != nil {
		if dir = *c.Model; dir == "" {
			return errUsage{errors.New("--model is empty: name a folder, or leave the flag out for the embedded model")}
		}
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	format.Unlabelled = true
	rule, _, err := ruleFor(c.Pruner, dir)
	if err != nil {
		return err
	}
	in, name := o.in, "standard input"
	if c.Data == "-" {
		if format.Kind == "" {
			format.Kind = text.Lines
		}
	} else {
		path, err := text.Path(c.Data, format)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: name an existing file", err)
		}
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, path
	}
	d, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer d.Close()
	weights, words, folder, err := loadClassifier(dir)
	if err != nil {
		return err
	}
	if limit := weights.Config.MaxLength(); c.Length > limit || c.Length < 0 {
		return errUsage{fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", c.Length, folder, limit)}
	}
	p, err := predict.New(d, weights, words, rule, c.Length)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	defer p.Close()
	texts, err := text.NewReader(in, name, format)
	if err != nil {
		return err
	}
	out := newAnswers(o.out, c.Output, &weights.Config)
	err = errors.Join(answerAll(p, texts, c.Batch, out), out.w.Flush())
	for _, note := range []string{texts.Found(), p.Truncated()} {
		if note != "" {
			fmt.Fprintf(o.err, "%s: %s\n", name, note)
		}
	}
	return err
}

// answerAll runs texts in batches until they end. What came before an error is answered.
func answerAll(p *predict.Predictor, texts *text.Reader, batch int, out *answers) error {
	for {
		var some []text.Example
		var end error
		for len(some) < batch && end == nil {
			var x text.Example
			if x, end = texts.Next(); end == nil {
				some = append(some, x)
			}
		}
		if len(some) > 0 {
			list, err := p.Predict(some)
			if err != nil {
				return err
			}
			for _, x := range list {
				if err := out.add(x); err != nil {
					return err
				}
			}
			if err := out.w.Flush(); err != nil {
				return fmt.Errorf("writing the answers: %w", err)
			}
		}
		if end == io.EOF {
			return nil
		}
		if end != nil {
			return end
		}
	}
}
