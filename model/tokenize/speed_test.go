package tokenize

import (
	_ "embed"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ltpbench/internal/python"
)

//go:embed testdata/huggingface/speed.py
var speedProgram string

var speed = flag.Bool("speed", false, "time the tokenizers beside Hugging Face's")

// TestSpeed times WordPiece, BPE and Unigram beside Hugging Face's tokenizers, on the same sentences in the same run, and prints
// MB/s of text. It wants an idle machine:
//
//	LTPBENCH_PYTHON=python3 go test -run TestSpeed ./model/tokenize -speed -v
func TestSpeed(t *testing.T) {
	if !*speed || os.Getenv("LTPBENCH_PYTHON") == "" {
		t.Skip("-speed is not given, or LTPBENCH_PYTHON does not name a Python 3 with venv")
	}
	env, err := python.Environment("tokenizers", os.Getenv("LTPBENCH_PYTHON"), huggingfaceRequirements, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%-10s %34s %34s", "", "one core: ours, Hugging Face's", "all cores: ours, Hugging Face's")
	for _, x := range []struct {
		name, texts string
		make        func() (*Tokenizer, error)
	}{
		{"WordPiece", "bert.jsonl", func() (*Tokenizer, error) { return FromVocab(open(t, "testdata", "vocab.txt"), true) }},
		{"BPE", "roberta.jsonl", func() (*Tokenizer, error) {
			return FromMerges(open(t, "testdata", "vocab.json"), open(t, "testdata", "merges.txt"))
		}},
		{"Unigram", "bert.jsonl", func() (*Tokenizer, error) { return ParseJSON(open(t, "testdata/kinds/xlmr", "tokenizer.json")) }},
	} {
		k, err := x.make()
		if err != nil {
			t.Fatal(err)
		}
		texts, size := benchTexts(t, x.texts)
		dir := t.TempDir()
		list, err := json.Marshal(texts)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "texts.json"), list, 0o666)
		}
		if err == nil {
			err = k.Save(dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python.Interpreter(env), "-c", speedProgram, dir).Output()
		var theirs struct{ One, All float64 }
		if err != nil || json.Unmarshal(out, &theirs) != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		one, all := fastest(t, k, texts, size, 1), fastest(t, k, texts, size, runtime.GOMAXPROCS(0))
		t.Logf("%-10s %10.1f %10.1f  %5.1f times  %10.1f %10.1f  %5.1f times", x.name, one, theirs.One, one/theirs.One, all, theirs.All, all/theirs.All)
	}
}

// fastest is the MB/s of the best of five rounds on so many cores.
func fastest(t *testing.T, k *Tokenizer, texts []string, size int64, cores int) float64 {
	best := time.Hour
	for range 5 {
		begin := time.Now()
		var next atomic.Int64
		var workers sync.WaitGroup
		for range cores {
			workers.Go(func() {
				for i := next.Add(1) - 1; int(i) < len(texts); i = next.Add(1) - 1 {
					if _, err := k.Encode(texts[i], nil, 0); err != nil {
						t.Error(err)
					}
				}
			})
		}
		workers.Wait()
		best = min(best, time.Since(begin))
	}
	return float64(size) / best.Seconds() / 1e6
}
