package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ltpbench/bench"
	"ltpbench/bench/embedded"
	"ltpbench/bench/finetune"
	"ltpbench/bench/tasks"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
	"ltpbench/results"
)

type sweepCmd struct {
	Model string `help:"Hugging Face folder with a classifier; the embedded model if not given." placeholder:"DIR"`
	Data  string `help:"Labelled text, a file or a named task's folder; SST-2's dev split, which is embedded, if not given." placeholder:"FILE"`
	textFlags
	Pruners []string `help:"Rules to run on the given weights, without fine-tuning; repeat the flag." placeholder:"SPEC" sep:"none"`
	Device  string   `help:"Device, such as cpu or cpu:avx2." default:"cpu"`
	Threads int      `help:"Threads; 0: one per processor."`
	Limit   int      `help:"Use the first so many examples only." placeholder:"N"`
	Rounds  int      `help:"Timed passes over all points." default:"3"`
	Out     string   `short:"o" help:"Folder of this run; ./ltpbench-results/NNN if not given." placeholder:"DIR"`
}

// slowSentences is how many sentences are measured without a fast path.
const slowSentences = 24

// Run measures and draws.
func (c *sweepCmd) Run(o *output) error {
	if c.Rounds < 1 || c.Limit < 0 {
		return errUsage{errors.New("--rounds has to be at least 1, --limit at least 0")}
	}
	device, err := hw.Open(c.Device, hw.Options{Threads: c.Threads})
	if err != nil {
		return errUsage{err}
	}
	defer device.Close()
	base, points, words, name, err := c.points()
	if err != nil {
		return err
	}
	task, texts, err := c.texts(o, base, name)
	if err != nil {
		return err
	}
	if task.Regression() {
		return errUsage{fmt.Errorf("task %s has scores instead of classes; sweep measures accuracy", task.Name)}
	}
	if device.Info().Kernel == "generic" && c.Limit == 0 && len(texts) > slowSentences {
		fmt.Fprintf(o.err, "no fast kernels on this machine: only the first %d of %d examples are measured (--limit sets another number)\n", slowSentences, len(texts))
		texts = texts[:slowSentences]
	}
	if c.Limit > 0 {
		texts = texts[:min(len(texts), c.Limit)]
	}
	sentences, err := finetune.Tokenize(words, task, texts, base.Config.MaxLength())
	if err != nil {
		return err
	}
	dir, err := folder(c.Out)
	if err != nil {
		return err
	}
	s := &bench.Sweep{Device: device, Points: points, Examples: sentences, Rounds: c.Rounds, Latency: 100, Progress: progress(o.err)}
	path := filepath.Join(dir, "sweep.txt")
	config := append([]results.Key{{Name: results.KeyModel, Value: name}, {Name: results.KeyTask, Value: task.Name},
		{Name: "examples", Value: fmt.Sprint(len(sentences))}, {Name: "model-hash", Value: base.Hash()}, {Name: "data-hash", Value: dataHash(texts)},
		{Name: results.KeySeed, Value: "1"}, {Name: "order", Value: "natural"}, {Name: "batch", Value: "32"}}, machine(device)...)
	if s.Record, err = results.Create(path, config); err != nil {
		return err
	}
	predictions := filepath.Join(dir, "predictions.jsonl")
	if s.Predictions, err = results.CreatePredictions(predictions); err != nil {
		return err
	}
	if err := errors.Join(s.Run(), s.Record.Close(), s.Predictions.Close()); err != nil {
		return err
	}
	if err := show(o, path); err != nil {
		return err
	}
	fmt.Fprintln(o.out, predictions)
	return nil
}

// texts reads the examples.
func (c *sweepCmd) texts(o *output, base *model.Checkpoint, name string) (*tasks.Task, []tasks.Example, error) {
	if c.Data != "" {
		return c.read(o, c.Data, &base.Config, name)
	}
	task, err := tasks.Lookup(cmp.Or(c.Task, "SST-2"))
	if err != nil {
		return nil, nil, errUsage{err}
	}
	if task.Name != "SST-2" {
		return nil, nil, errUsage{fmt.Errorf("--task %s needs --data FILE; only SST-2's dev split is embedded", task.Name)}
	}
	if base.Config.Labels != len(task.Labels) {
		return nil, nil, errUsage{fmt.Errorf("%s has %d labels and SST-2, which is embedded, 2: give the model's own text with --data FILE", name, base.Config.Labels)}
	}
	return task, tasks.Embedded(), nil
}

// points returns the base model, what to measure, the tokenizer and the model's name.
func (c *sweepCmd) points() (*model.Checkpoint, []bench.Point, *tokenize.Tokenizer, string, error) {
	if c.Model == "" {
		set, err := embedded.Load()
		if err != nil {
			return nil, nil, nil, "", err
		}
		points := set.Points
		if len(c.Pruners) > 0 {
			if points, err = given(set.Base, c.Pruners); err != nil {
				return nil, nil, nil, "", err
			}
		}
		return set.Base, points, set.Words, embedded.Name, nil
	}
	base, err := model.Load(c.Model)
	if err != nil {
		return nil, nil, nil, "", err
	}
	if base.Config.Labels == 0 {
		return nil, nil, nil, "", fmt.Errorf("%s has no classifier; fine-tune it first with `ltpbench train`", c.Model)
	}
	words, err := tokenize.Load(c.Model)
	if err != nil {
		return nil, nil, nil, "", err
	}
	specs := c.Pruners
	if len(specs) == 0 {
		specs = defaultSpecs
	}
	points, err := given(base, specs)
	return base, points, words, filepath.Base(c.Model), err
}

// defaultSpecs is what a model is measured with when nothing is asked for.
var defaultSpecs = []string{
	"threshold:final=0.002", "threshold:final=0.004", "threshold:final=0.008", "threshold:final=0.016", "threshold:final=0.03",
	"topk:rate=0.7,start=1", "topk:rate=0.4,start=1", "topk:rate=0.1,start=1", "topk:rate=-0.3,start=1", "topk:rate=-1,start=1",
	"topk:rate=0.5", "topk:rate=0", "topk:rate=-1",
}

// given makes points of rules on the given weights, the unpruned model first.
func given(base *model.Checkpoint, specs []string) ([]bench.Point, error) {
	load := func() (*model.Checkpoint, error) { return base, nil }
	points := []bench.Point{{Method: results.MethodNone, Rule: pruners.None{}, Tuned: true, Load: load}}
	for _, spec := range specs {
		p, err := pruners.Parse(spec)
		if err != nil {
			return nil, errUsage{err}
		}
		if s := p.Spec().String(); s != "none" {
			points = append(points, bench.Point{Method: bench.Method(p), Rule: p, Load: load})
		}
	}
	return points, nil
}

// folder makes the run's own folder.
func folder(asked string) (string, error) {
	if asked != "" {
		if list, err := os.ReadDir(asked); err == nil && len(list) > 0 {
			return "", fmt.Errorf("-o %s: the folder is not empty; name a new one", asked)
		}
		return asked, os.MkdirAll(asked, 0o777)
	}
	const all = "ltpbench-results"
	if err := os.MkdirAll(all, 0o777); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		dir := filepath.Join(all, fmt.Sprintf("%03d", n))
		err := os.Mkdir(dir, 0o777)
		if err == nil || !errors.Is(err, os.ErrExist) {
			return dir, err
		}
	}
}
