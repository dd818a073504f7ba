package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// made writes a checkpoint of six layers whose answers are known. Each word w0 to w59 has a sign, + for even ones; in
// the last layer attention carries the signs of what is still there to row 0, and the classifier answers with the sign
// that it finds. With focus the first ten words attract all attention and alone have a sign; without, all words have one
// and attention is uniform.
func made(t *testing.T, focus bool) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "made")
	if err := smallModel(dir); err != nil {
		t.Fatal(err)
	}
	c, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range c.Tensors {
		clear(x.Data)
		if strings.Contains(name, "norm") && strings.HasSuffix(name, "weight") {
			for i := range x.Data {
				x.Data[i] = 1
			}
		}
	}
	width := c.Config.Width
	set := func(name string, row, col int, value float32) {
		x := c.Tensors[name]
		x.Data[row*x.Shape[len(x.Shape)-1]+col] = value
	}
	pair := func(id, at int, value float32) { // dimensions at and at+1, so that the norm's mean is 0
		set("embed.word", id, at, value)
		set("embed.word", id, at+1, -value)
	}
	for id := range c.Config.Vocab {
		pair(id, 4, 1) // all tokens have a direction in common
		word := id - 5
		if word < 0 || focus && word >= 10 {
			continue
		}
		pair(id, 0, float32(1-2*(word%2)))
		if focus {
			pair(id, 2, 1)
		}
	}
	for l := range c.Config.Layers {
		layer := fmt.Sprintf("layer.%d.", l)
		if focus {
			for h := range c.Config.Heads {
				set(layer+"query.bias", 0, h*width/c.Config.Heads, 6)
				set(layer+"key.weight", h*width/c.Config.Heads, 2, 1)
			}
		}
		for i := range 2 {
			set(layer+"value.weight", i, i, 1)
			if l == c.Config.Layers-1 {
				set(layer+"out.weight", i, i, 4)
			}
		}
	}
	set("head.dense.weight", 0, 0, 1)
	set("head.out.weight", 0, 0, -1)
	set("head.out.weight", 1, 0, 1)
	if err := os.Remove(filepath.Join(dir, "model.safetensors")); err != nil {
		t.Fatal(err)
	}
	if err := c.Save(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// signs writes n labelled texts: one word of the first ten among others, or an odd number of words of any sign, the
// label being the sign of most.
func signs(t *testing.T, focus bool, n int) string {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 0))
	lines := "sentence\tlabel\n"
	for range n {
		words := make([]string, 9+2*random.IntN(4))
		sum := 0
		for i := range words {
			word := random.IntN(60)
			if focus {
				word = 10 + word*50/60
			}
			words[i], sum = fmt.Sprint("w", word), sum+1-2*(word%2)
		}
		if focus {
			word := random.IntN(10)
			words[random.IntN(len(words))], sum = fmt.Sprint("w", word), 1-2*(word%2)
		}
		lines += fmt.Sprintf("%s\t%d\n", strings.Join(words, " "), map[bool]int{true: 1}[sum > 0])
	}
	path := filepath.Join(t.TempDir(), "texts.tsv")
	if err := os.WriteFile(path, []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// byWork is a Timer for which time is what is multiplied, and every other round a thousandth longer.
func byWork(ctx context.Context, c clock.Clock, subjects []clock.Subject, examples []ragged.Sequence) ([]clock.Times, error) {
	times := make([]clock.Times, len(subjects))
	for i, s := range subjects {
		x, err := eval.Evaluate(ctx, s.Encoder, s.Rule, examples, false)
		if err != nil {
			return nil, err
		}
		list := func(seconds float64) (rounds []float64) {
			for round := range c.Rounds {
				rounds = append(rounds, seconds*(1+float64(round%2)/1000))
			}
			return rounds
		}
		seconds := 1e-9 * float64(x.Work.Executed)
		times[i] = clock.Times{Rounds: list(seconds), Tokens: x.Rows, Grid: map[clock.Box][]float64{}}
		for range c.Latency {
			times[i].Batch1 = append(times[i].Batch1, clock.Single{Tokens: 1, Seconds: seconds / float64(len(examples))})
		}
		for _, box := range c.Grid {
			times[i].Grid[box] = list(seconds / float64(x.Rows) * float64(box.Sequences*box.Tokens))
		}
	}
	return times, nil
}

// TestDecide: on three checkpoints made for it pruning pays, does not, or cannot be judged, whatever this machine's
// times are.
func TestDecide(t *testing.T) {
	timer = byWork
	defer func() { timer = nil }()
	pays, does, begin := made(t, true), made(t, false), time.Now()
	for _, c := range []struct {
		model, data string
		code        int
		more        []string
		want        []string
	}{
		{pays, signs(t, true, 260), 0, []string{"--max-loss", "3"}, []string{"yes: ", "0 answers lost, 0 won", "unpruned 100.0 % right", "at batch 1 it pays from 16 tokens on", "ltpbench train --model " + pays}},
		{pays, signs(t, true, 60), 3, []string{"--min-speedup", "30"}, []string{"no: "}},
		{pays, signs(t, true, 60), 3, []string{"--latency-ms", "0.000001"}, []string{"no: ", "95 of 100 texts take up to"}},
		{pays, signs(t, true, 60), 4, nil, []string{"cannot tell: ", "about 730 different texts in all would suffice"}},
		{does, signs(t, false, 600), 3, nil, []string{"no: ", "more than the limit of 1, at least", "unpruned 100.0 % right"}},
		{does, signs(t, false, 60), 0, []string{"--max-loss", "90"}, []string{"yes: "}},
	} {
		code, out, err := call(append([]string{"decide", "--model", c.model, "--data", c.data, "--threads", "1", "--progress", "none"}, c.more...)...)
		if code != c.code {
			t.Errorf("%s %v: exit %d, want %d\n%s%s", c.data, c.more, code, c.code, out, err)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s %v: lacks %q:\n%s", c.data, c.more, want, out)
			}
		}
	}
	t.Logf("six decisions took %v", time.Since(begin))
	for _, bad := range []string{"--max-loss 0", "--min-speedup 0.5", "--rounds 1", "--minutes 0", "--batch 0", "--latency-ms=-1", "--max-length 1000"} {
		if code, _, err := call(append([]string{"decide", "--model", pays, "--data", signs(t, true, 8)}, strings.Fields(bad)...)...); code != 2 || !strings.Contains(err, strings.FieldsFunc(bad, func(r rune) bool { return r == ' ' || r == '=' })[0]) {
			t.Errorf("%s: exit %d: %s", bad, code, err)
		}
	}
	if code, _, err := call("decide", "--model", pays, "--data", signs(t, true, 2)); code != 1 || !strings.Contains(err, "too few") {
		t.Errorf("two texts: exit %d: %s", code, err)
	}
}

// TestTrainCommand: the command that decide prints is one that train takes.
func TestTrainCommand(t *testing.T) {
	timer = byWork
	defer func() { timer = nil }()
	dir, data, train := filepath.Join(t.TempDir(), "model"), signs(t, true, 40), signs(t, true, 200)
	if err := smallModel(dir); err != nil {
		t.Fatal(err)
	}
	_, out, _ := call("decide", "--model", dir, "--data", data, "--train", train, "--text", "sentence", "--label", "label", "--header", "--threads", "1", "--progress", "none")
	at := strings.Index(out, "  ltpbench train ")
	if at < 0 || !strings.Contains(out, "on the 200 texts of "+train) {
		t.Fatalf("printed\n%s", out)
	}
	line, _, _ := strings.Cut(out[at:], "\n")
	args := strings.Fields(line)[1:]
	args[len(args)-1] = filepath.Join(t.TempDir(), "out")
	if code, _, err := call(args...); code != 0 {
		t.Errorf("%s: exit %d: %s", line, code, err)
	}
	for word, want := range map[string]string{"a/b-c_1.tsv": "a/b-c_1.tsv", "": "''", "it's": `'it'\''s'`, "a b;c": "'a b;c'"} {
		if got := quoted(word); got != want {
			t.Errorf("%q is quoted as %s, want %s", word, got, want)
		}
	}
}
