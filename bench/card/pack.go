package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
	"ltpbench/internal/atomicfile"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

// packed is the environment variable that names a packed study's folder, in its plan.
const packed = "CARD_STUDY"

// pack writes what a plan needs into the folder -o: its texts, its models with
// vocabularies cut to those texts, in 16 bits where no weight changes by it, and the
// plan with paths below $CARD_STUDY. Answers are the whole model's.
func pack(o *options, out, log io.Writer) error {
	p, err := plan.Read(o.plan)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.record, 0o777); err != nil {
		return err
	}
	var all []text.Example
	for i := range p.Data {
		examples, err := packText(&p.Data[i], o.record)
		if err != nil {
			return err
		}
		all = append(all, examples...)
	}
	for i, m := range p.Models {
		if m == plan.Embedded {
			continue // travels with the source
		}
		if p.Models[i], err = packModel(m, o.record, all, out); err != nil {
			return err
		}
	}
	if err := p.Check(); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(o.record, "plan.toml"), p.Text())
}

// packText copies a text's files and points the plan at the copies; it returns all texts.
func packText(d *plan.Data, dir string) (all []text.Example, err error) {
	f := text.Format{Kind: text.Kind(d.Format), Text: d.Text, Pair: d.Pair, Label: d.Label, Header: text.Header(d.Header), Regression: d.Regression}
	if d.Task != "" {
		if f.Task, err = text.Lookup(d.Task); err != nil {
			return nil, err
		}
	}
	for _, x := range []struct {
		path       *string
		split      string
		unlabelled bool
	}{{&d.Train, "train", false}, {&d.File, d.Split, false}, {&d.Sample, "train", true}} {
		if *x.path == "" {
			continue
		}
		own := f
		own.Split, own.Unlabelled = x.split, x.unlabelled
		if x.unlabelled {
			own.Label = ""
		}
		if *x.path == plan.Embedded {
			all = append(all, text.Embedded()...)
			continue
		}
		path, err := plan.Path(*x.path)
		if err != nil {
			return nil, err
		}
		_, examples, err := text.ReadFile(path, own)
		if err != nil {
			return nil, err
		}
		all = append(all, examples...)
		file, err := text.Path(path, own)
		if err != nil {
			return nil, err
		}
		var below string
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		*x.path = "$" + packed + "/data"
		if info.IsDir() {
			if below, err = filepath.Rel(path, file); err != nil {
				return nil, err
			}
		} else {
			below = strings.ReplaceAll(strings.Trim(filepath.ToSlash(path), "/"), "/", "-")
			*x.path += "/" + below
		}
		contents, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		to := filepath.Join(dir, "data", below)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return nil, err
		}
		if err := atomicfile.Write(to, contents); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// packModel writes a model cut to the texts and returns its path for the plan.
func packModel(from, dir string, texts []text.Example, out io.Writer) (string, error) {
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
	if half, err := model.Load(to); err != nil || half.Hash() != c.Hash() {
		kind = "32 bits"
		if err := c.Save(to); err != nil {
			return "", err
		}
	}
	fmt.Fprintf(out, "%s: %d of %d pieces, %s\n", name, c.Config.Vocab, before, kind)
	return "$" + packed + "/models/" + name, nil
}
