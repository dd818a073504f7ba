package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/bench/sweep"
	"ltpbench/bench/text"
	"ltpbench/internal/atomicfile"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

// packed is the environment variable that names a packed study's folder, in its plan.
const packed = "CARD_STUDY"

// pack writes what plans need into the folder -o: the texts that they use, their models with vocabularies cut to
// those texts, in 16 bits where no weight changes by it or -half rounds them, and the plans, in their order, with paths
// below $CARD_STUDY. Tokens, and so answers but for the rounding, are the whole model's.
func pack(o *options, out, log io.Writer) error {
	if err := os.MkdirAll(filepath.Join(o.record, "data"), 0o777); err != nil {
		return err
	}
	var plans []plan.Plan
	texts := map[string][]text.Example{} // by model
	for _, file := range o.plans {
		p, err := plan.Read(file)
		if err != nil {
			return err
		}
		for i := range p.Data {
			examples, err := packText(&p, &p.Data[i], o.record)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			for _, m := range p.Models {
				texts[m] = append(texts[m], examples...)
			}
		}
		plans = append(plans, p)
	}
	delete(texts, plan.Embedded) // it travels with the source
	paths := map[string]string{plan.Embedded: plan.Embedded}
	for _, m := range slices.Sorted(maps.Keys(texts)) {
		var err error
		if paths[m], err = packModel(m, o.record, texts[m], o.half, out); err != nil {
			return err
		}
	}
	for i, p := range plans {
		for j, m := range p.Models {
			p.Models[j] = paths[m]
		}
		if err := p.Check(); err != nil {
			return err
		}
		name := fmt.Sprintf("%02d-%s", i+1, filepath.Base(o.plans[i]))
		if err := atomicfile.Write(filepath.Join(o.record, name), p.Text()); err != nil {
			return err
		}
	}
	return nil
}

// packText writes the texts that a plan uses of a file and points the plan at them; it returns them all.
func packText(p *plan.Plan, d *plan.Data, dir string) (all []text.Example, err error) {
	t, err := sweep.ReadTexts(p, *d)
	if err != nil {
		return nil, err
	}
	if t.Task.Several {
		return nil, errors.New("a text of several labels at once can't be packed")
	}
	own := *d
	own.Limit, own.TestTexts, own.TrainTexts, own.ValidationTexts = 0, 0, 0, 0
	own.TrainHalf, own.TestHalf, own.Split, own.Unseen = "", "", "", nil
	for _, x := range []struct {
		path     *string
		examples []text.Example
	}{{&own.File, t.Measured}, {&own.Train, t.Training}, {&own.Sample, t.Sample}} {
		if *x.path == "" || *x.path == plan.Embedded && len(x.examples) == len(text.Embedded()) {
			all = append(all, x.examples...)
			continue
		}
		if *x.path, err = writeText(dir, t.Task, x.examples); err != nil {
			return nil, err
		}
		own.Format, own.Text, own.Label, own.Pair, own.Header, own.Separator, own.Quote, own.SkipBadLines = "jsonl", "text", "label", "", "", "", "", false
		if x.examples[0].HasPair {
			own.Pair = "pair"
		}
		all = append(all, x.examples...)
	}
	*d = own
	return all, nil
}

// writeText writes examples to a file that their hash names, and returns its path for a plan.
func writeText(dir string, task *text.Task, examples []text.Example) (string, error) {
	var lines bytes.Buffer
	z := gzip.NewWriter(&lines)
	out := json.NewEncoder(z)
	out.SetEscapeHTML(false)
	for _, e := range examples {
		line := map[string]any{"text": e.Text, "label": e.Score}
		if !task.Regression() {
			line["label"] = task.Labels[max(0, e.Label)]
		}
		if e.HasPair {
			line["pair"] = e.Pair
		}
		if err := out.Encode(line); err != nil {
			return "", err
		}
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	name := "data/" + text.Hash(examples) + ".jsonl.gz"
	return "$" + packed + "/" + name, atomicfile.Write(filepath.Join(dir, name), lines.Bytes())
}

// packModel writes a model cut to the texts and returns its path for a plan.
func packModel(from, dir string, texts []text.Example, rounded bool, out io.Writer) (string, error) {
	path, err := plan.Path(from)
	if err != nil {
		return "", err
	}
	c, err := model.Load(path)
	if err != nil {
		return "", err
	}
	words, err := tokenize.Load(path)
	if err != nil {
		return "", err
	}
	before := c.Config.Vocab
	if words, err = recipe.CutVocabulary(c, words, texts); err != nil {
		return "", fmt.Errorf("%s: %w", from, err)
	}
	name := filepath.Base(path)
	to := filepath.Join(dir, "models", name)
	if err := c.SaveAs(to, model.F16); err != nil {
		return "", err
	}
	if err := words.Save(to); err != nil {
		return "", err
	}
	kind := "16 bits"
	if half, err := model.Load(to); err == nil && half.Hash() != c.Hash() && rounded {
		kind = "rounded to 16 bits"
	} else if err != nil || half.Hash() != c.Hash() {
		kind = "32 bits"
		if err := c.Save(to); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(out, "%s: %d of %d pieces, %s\n", name, c.Config.Vocab, before, kind)
	return "$" + packed + "/models/" + name, nil
}
