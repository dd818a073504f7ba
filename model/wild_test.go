package model_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// wildAnswers is an expected.json, made by transformers from the files beside it.
type wildAnswers struct {
	Labels  []any
	Refused string // what the reference says; then an error that holds Words is right
	Words   []string
	Cases   []struct {
		Text     string
		Pair     *string
		IDs      []int32
		Segments []int32
		Logits   []float64
	}
}

// refusals is what an error has to say about folders that the reference refuses, unless their expected.json does:
// cause and cure.
var refusals = map[string][]string{
	"B2-module":           {"module.", "model.safetensors"},
	"B4-bert-one-segment": {"type_vocab_size", "pair"},
	"B5-mlm":              {"BertForMaskedLM", "classifier", "ltpbench train"},
	"B8-lfs-pointer":      {"model.safetensors", "git lfs pull"},
}

// TestWild reads folders as people have them: ids and segments are transformers', logits within 1e-4; what
// transformers refuses is an error that names cause and cure.
func TestWild(t *testing.T) {
	each := func(dir string) func(t *testing.T) {
		return func(t *testing.T) {
			if dir == "" {
				dir = filepath.Join(oracle.Shared(t), "wild", "models")
			}
			folders, err := os.ReadDir(dir)
			if err != nil || len(folders) == 0 {
				t.Fatalf("no folders in %s: %v", dir, err)
			}
			for _, f := range folders {
				t.Run(f.Name(), func(t *testing.T) { wild(t, filepath.Join(dir, f.Name())) })
			}
		}
	}
	t.Run("testdata", each("testdata/wild"))
	t.Run("shared", each(""))
}

func wild(t *testing.T, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want wildAnswers
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if want.Words == nil {
		want.Words = refusals[filepath.Base(dir)]
	}
	err = answer(t, dir, &want)
	if want.Refused == "" {
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if err == nil {
		t.Fatalf("it is answered; the reference says %s", want.Refused)
	}
	t.Log(err)
	if len(want.Words) == 0 {
		t.Error("this test does not know what the error should say: add it to refusals")
	}
	for _, word := range want.Words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %v", word, err)
		}
	}
}

// answer compares what a folder says about the texts, and returns the error of reading or running it.
func answer(t *testing.T, dir string, want *wildAnswers) error {
	c, err := model.Load(dir)
	if err != nil {
		return err
	}
	if err := c.NeedsHead(); err != nil {
		return err
	}
	words, err := tokenize.Load(dir)
	if err != nil {
		return err
	}
	if words, err = words.For(c.Config.Limits()); err != nil {
		return err
	}
	if want.Refused != "" { // the texts that the others have
		pair := "a pair"
		_, err := words.Encode("a text", &pair, 0)
		return err
	}
	var names []any
	for i := range c.Config.Labels {
		names = append(names, c.Config.LabelName(i))
	}
	if fmt.Sprint(names) != fmt.Sprint(want.Labels) {
		t.Errorf("labels %v, want %v", names, want.Labels)
	}
	var seqs []ragged.Sequence
	for _, x := range want.Cases {
		e, err := words.Encode(x.Text, x.Pair, 0)
		if err != nil {
			return err
		}
		if !slices.Equal(e.IDs, x.IDs) {
			t.Errorf("%q, %v:\n got %v\nwant %v", x.Text, x.Pair, e.IDs, x.IDs)
		}
		segments := x.Segments
		if segments == nil {
			segments = make([]int32, len(x.IDs))
		}
		if !slices.Equal(e.Segments, segments) {
			t.Errorf("%q: segments %v, want %v", x.Text, e.Segments, segments)
		}
		seqs = append(seqs, ragged.Sequence{IDs: e.IDs, Segments: e.Segments})
	}
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	_, logits := run(t, encoder(t, d, c), pruners.None{}, ragged.Pack(seqs...), model.Options{})
	for i, x := range want.Cases {
		for j, w := range x.Logits {
			if got := float64(logits[i][j]); !(math.Abs(got-w) <= 1e-4) {
				t.Errorf("%q: logit %d is %v, want %v", x.Text, j, got, w)
			}
		}
	}
	return nil
}
