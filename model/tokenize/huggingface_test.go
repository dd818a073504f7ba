package tokenize

import (
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ltpbench/internal/python"
)

var (
	//go:embed testdata/huggingface/requirements.txt
	huggingfaceRequirements []byte
	//go:embed testdata/huggingface/kinds.py
	kindsProgram string
	//go:embed testdata/huggingface/folders.py
	foldersProgram string

	strings100k = flag.Int("strings", 2000, "random strings for each kind of tokenizer that TestHuggingFace compares")
	stringsSeed = flag.Int64("seed", 0, "their seed; 0: another each time")
)

// huggingface runs a program of testdata in an environment with Hugging Face's tokenizers, or skips the test.
func huggingface(t *testing.T, program string, args ...string) {
	t.Helper()
	interpreter := os.Getenv("LTPBENCH_PYTHON")
	if interpreter == "" {
		t.Skip("LTPBENCH_PYTHON is not set: it names a Python 3 with venv, in which this test installs Hugging Face's tokenizers")
	}
	env, err := python.Environment("tokenizers", interpreter, huggingfaceRequirements, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python.Interpreter(env), append([]string{"-c", program}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestHuggingFace compares every kind of tokenizer with Hugging Face's on random strings. The long form:
//
//	LTPBENCH_PYTHON=python3 go test -run TestHuggingFace ./model/tokenize -strings 100000
func TestHuggingFace(t *testing.T) {
	seed := *stringsSeed
	if seed == 0 {
		seed = time.Now().UnixNano() % 1e9
	}
	t.Logf("-seed %d", seed)
	dir := t.TempDir()
	huggingface(t, kindsProgram, dir, fmt.Sprint(*strings100k), fmt.Sprint(seed))
	compareKinds(t, dir)
}

// TestKinds is TestHuggingFace with 100 strings that it once made; albert and unigram, whose table of replacements is
// xlmr's, are left out.
func TestKinds(t *testing.T) { compareKinds(t, "testdata/kinds") }

// compareKinds compares the folders that kinds.py makes.
func compareKinds(t *testing.T, dir string) {
	folders, err := os.ReadDir(dir)
	if err != nil || len(folders) == 0 {
		t.Fatalf("no folders: %v", err)
	}
	for _, folder := range folders {
		dir := filepath.Join(dir, folder.Name())
		t.Run(folder.Name(), func(t *testing.T) {
			k, err := ParseJSON(open(t, dir, "tokenizer.json"))
			if err != nil {
				t.Fatal(err)
			}
			lines := open(t, dir, "texts.jsonl")
			check(t, k, lines, "texts.jsonl", 0)
			again, err := ParseJSON(raw(k.file))
			if err != nil {
				t.Fatal(err)
			}
			check(t, again, lines, "texts.jsonl", 1)
		})
	}
}

// folderAnswer is what folders.py says of a folder.
type folderAnswer struct {
	Refused string
	Cases   []struct {
		Text     string
		Pair     *string
		IDs      []int32
		Segments []int32
	}
}

// TestSavedFolders: a folder that Save writes gives the same ids in transformers as here, and so does the folder that
// it was read from, whatever class it names and whatever its settings change.
func TestSavedFolders(t *testing.T) {
	dir := t.TempDir()
	huggingface(t, foldersProgram, "make", dir)
	folders, err := filepath.Glob(filepath.Join(dir, "*", "config.json"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no folders: %v", err)
	}
	saved := t.TempDir()
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name, func(t *testing.T) {
			k := compareFolder(t, filepath.Dir(path))
			to := filepath.Join(saved, name)
			if err := os.Mkdir(to, 0o777); err != nil {
				t.Fatal(err)
			}
			config, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(filepath.Join(to, "config.json"), config, 0o666)
			}
			if err == nil {
				err = k.Save(to)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	huggingface(t, foldersProgram, "answer", saved)
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name+", saved", func(t *testing.T) {
			compareFolder(t, filepath.Join(saved, name))
			var before, after folderAnswer
			for dir, to := range map[string]*folderAnswer{filepath.Dir(path): &before, filepath.Join(saved, name): &after} {
				if err := json.Unmarshal(open(t, dir, "answer.json"), to); err != nil {
					t.Fatal(err)
				}
			}
			for i, x := range before.Cases {
				if !slices.Equal(x.IDs, after.Cases[i].IDs) || !slices.Equal(x.Segments, after.Cases[i].Segments) {
					t.Errorf("%q, %v: transformers gives %v before, %v after", x.Text, x.Pair, x.IDs, after.Cases[i].IDs)
				}
			}
		})
	}
}

// compareFolder compares a folder with its answer.json.
func compareFolder(t *testing.T, dir string) *Tokenizer {
	t.Helper()
	var want folderAnswer
	if err := json.Unmarshal(open(t, dir, "answer.json"), &want); err != nil {
		t.Fatal(err)
	}
	k, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want.Refused != "" || len(want.Cases) == 0 {
		t.Fatalf("transformers refuses it: %s", want.Refused)
	}
	for _, x := range want.Cases {
		e, err := k.Encode(x.Text, x.Pair, 0)
		if err != nil {
			t.Fatal(err)
		}
		segments := x.Segments
		if segments == nil {
			segments = make([]int32, len(x.IDs))
		}
		if !slices.Equal(e.IDs, x.IDs) || !slices.Equal(e.Segments, segments) {
			t.Errorf("%q, %v:\n got %v %v\nwant %v %v", x.Text, x.Pair, e.IDs, e.Segments, x.IDs, segments)
		}
	}
	return k
}
