package sweep

import (
	"fmt"
	"path/filepath"
	"strings"

	"ltpbench/bench/plan"
	"ltpbench/bench/text"
	"ltpbench/model"
)

// corpus is a plan's data, read.
type corpus struct {
	task     *text.Task
	measured []text.Example
	train    []text.Example // what cells are fine-tuned on; nil: they are not
	held     []text.Example // what budgets are met on
	pool     []text.Example // train and held together
	from     string         // where held comes from, for people
	found    []string       // how files were read, and what was left out, for people
	drawn    string         // which texts are measured, where not all of a file
	half     string         // which half of the training text is used; empty: all of it
	dropped  string         // of duplicates, how many were dropped; empty if none were looked for
}

// Texts are a plan's texts as a sweep uses them, duplicates gone and drawn.
type Texts struct {
	Task     *text.Task
	Measured []text.Example
	Training []text.Example // in the file's order, held-out ones too; nil: nothing is trained
	Sample   []text.Example // without training text: what rules are fitted on
}

// ReadTexts reads one of a plan's texts for a model without a head.
func ReadTexts(p *plan.Plan, d plan.Data) (*Texts, error) {
	t, err := readText(p, d, &model.Config{}, "")
	if err != nil {
		return nil, err
	}
	if t.pool != nil {
		return &Texts{Task: t.task, Measured: t.measured, Training: t.pool}, nil
	}
	return &Texts{Task: t.task, Measured: t.measured, Sample: t.held}, nil
}

// sampled is how many examples rules are fitted on where nothing is fine-tuned.
const sampled = 256

// drawn is the seed of the texts that a plan has drawn at random.
const drawn = 3

// readText reads a plan's data for a model, whose configuration and name specify which
// labels it knows. Training text loses what is there twice or in the measured text
// too, unless the plan keeps it; the measured text stays whole. Where validation text is
// drawn, what the training text shares with the text that it stands for is gone before.
func readText(p *plan.Plan, d plan.Data, c *model.Config, name string) (*corpus, error) {
	f := text.Format{Kind: text.Kind(d.Format), Text: d.Text, Pair: d.Pair, Label: d.Label, Header: text.Header(d.Header), Regression: d.Regression,
		Separator: d.Separator, Quote: text.Quote(d.Quote), SkipBad: d.SkipBadLines, Several: d.MultiLabel}
	var err error
	if d.Task != "" {
		if f.Task, err = text.Lookup(d.Task); err != nil {
			return nil, err
		}
	}
	if f, err = text.FormatFor(f, c, name); err != nil {
		return nil, err
	}
	t := &corpus{task: f.Task}
	if d.Train != "" {
		f.Split, f.Training = "train", true
		if t.train, err = t.read(d.Train, f); err != nil {
			return nil, err
		}
		f.Training = false
		f.Task = t.task // the labels of the training text are all that there are
	}
	f.Split = d.Split
	if d.File == plan.Embedded {
		if t.task, t.measured, err = text.ReadEmbedded(f); err != nil {
			return nil, err
		}
	} else if t.measured, err = t.read(d.File, f); err != nil {
		return nil, err
	}
	if d.Task == "" && d.Train != "" && d.File != plan.Embedded { // the training text named it
		task := *t.task
		task.Name, _, _ = strings.Cut(filepath.Base(d.File), ".")
		t.task = &task
	}
	if d.Limit > 0 {
		t.measured = t.measured[:min(d.Limit, len(t.measured))]
	}
	all := t.measured
	if d.ValidationTexts == 0 {
		if t.measured, t.drawn = half(all, d.TestHalf); len(t.measured) == 0 {
			return nil, fmt.Errorf("%s: one example has no longer half: measure more, or leave test-half out", d.File)
		}
		if n := len(t.measured); d.TestTexts > 0 {
			t.measured = text.Sample(t.measured, d.TestTexts, drawn)
			t.drawn = withHalf(fmt.Sprintf("%d random ones of %d", len(t.measured), n), t.drawn)
		}
	}
	if err = t.holdOut(p, d, f, all); err != nil {
		return nil, err
	}
	if d.TestHalf != "" {
		t.found = append(t.found, "measured text: "+t.drawn)
	}
	if t.half != "" {
		t.found = append(t.found, "training text: "+t.half)
	}
	return t, nil
}

// holdOut sets aside what budgets are met on. Test is the text that training text has nothing in common with.
func (t *corpus) holdOut(p *plan.Plan, d plan.Data, f text.Format, test []text.Example) error {
	if d.Train == "" {
		where := "the measured text itself"
		t.held = t.measured
		if d.Sample != "" {
			where = "a text that is not measured"
			f.Split, f.Unlabelled, f.Label = "train", true, ""
			path, err := plan.Path(d.Sample)
			if err != nil {
				return err
			}
			if _, t.held, err = text.ReadFile(path, f); err != nil {
				return err
			}
		}
		t.held = text.Sample(t.held, sampled, 1)
		for i := range t.held {
			t.held[i].Label = max(0, t.held[i].Label) // labels are not looked at
		}
		t.from = fmt.Sprintf("%d examples of %s", len(t.held), where)
		return nil
	}
	if !d.KeepDuplicates {
		others, err := unseen(d, f)
		if err != nil {
			return err
		}
		var n text.Dropped
		t.train, n = text.Clean(t.train, append(others, test)...)
		t.dropped = fmt.Sprintf("%d repeated, %d shared with the measured text", n.Repeated, n.Shared)
		t.found = append(t.found, n.String())
	}
	all := len(t.train)
	whole := t.train
	t.train, t.half = half(whole, d.TrainHalf)
	if n := d.ValidationTexts; n > 0 {
		from, which := half(whole, d.TestHalf)
		t.measured = text.Sample(from, n, drawn)
		t.train, _ = text.Without(t.train, t.measured)
		t.drawn = withHalf(fmt.Sprintf("%d random ones taken out of the training text", len(t.measured)), which)
	}
	if d.TrainTexts > 0 {
		t.train = text.Sample(t.train, d.TrainTexts, drawn)
	}
	t.pool = t.train
	if t.train, t.held = text.Split(t.train, p.Training.HeldOut, 1); len(t.train) == 0 || len(t.held) == 0 {
		return fmt.Errorf("%s: %d examples, duplicates apart, are too few to train on and to hold some out", d.Train, all)
	}
	t.from = fmt.Sprintf("%d held-out examples of the training text", len(t.held))
	return nil
}

// half returns the half of the examples that a plan names, and a description of it; all of them and none if it names none.
func half(all []text.Example, which string) ([]text.Example, string) {
	if which == "" {
		return all, ""
	}
	shorter, longer := text.Halves(all)
	if which == plan.Shorter {
		_, most := text.Words(shorter)
		return shorter, fmt.Sprintf("shorter half: %d of %d, at most %d words", len(shorter), len(all), most)
	}
	least, _ := text.Words(longer)
	return longer, fmt.Sprintf("longer half: %d of %d, at least %d words", len(longer), len(all), least)
}

// withHalf adds the description of a half, if there is one, to that of what was drawn from it.
func withHalf(drawn, half string) string {
	if half == "" {
		return drawn
	}
	return drawn + "; " + half
}

// read reads labelled text and notes how.
func (t *corpus) read(path string, f text.Format) ([]text.Example, error) {
	path, err := plan.Path(path)
	if err != nil {
		return nil, err
	}
	task, all, err := text.ReadFile(path, f)
	if err != nil {
		return nil, err
	}
	t.task, t.found = task, append(t.found, task.Found)
	return all, nil
}
