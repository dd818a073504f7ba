package tokenize

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// golden is one line of the goldens that Hugging Face's tokenizers made.
type golden struct {
	Text     []byte  `json:"text_b64"`
	Pair     *[]byte `json:"pair_b64"`
	Max      *int    `json:"max_length"`
	IDs      []int32 `json:"ids"`
	Segments []int32 `json:"segments"`
	Types    []int32 `json:"type_ids"`
}

// open reads a file of a folder, or the same with .gz.
func open(t testing.TB, dir, name string) []byte {
	t.Helper()
	if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
		return data
	}
	f, err := os.Open(filepath.Join(dir, name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// folders runs f on testdata and on LTPBENCH_SHARED's goldens.
func folders(t *testing.T, f func(t *testing.T, dir string)) {
	t.Run("testdata", func(t *testing.T) { f(t, "testdata") })
	t.Run("shared", func(t *testing.T) {
		shared := os.Getenv("LTPBENCH_SHARED")
		if shared == "" {
			t.Skip("LTPBENCH_SHARED is not set: it names the folder with the large test files")
		}
		f(t, filepath.Join(shared, "oracle", "tokenizer"))
	})
}

func TestGoldens(t *testing.T) {
	folders(t, func(t *testing.T, dir string) {
		bert, err := FromVocab(open(t, dir, "vocab.txt"), true)
		if err != nil {
			t.Fatal(err)
		}
		roberta, err := FromMerges(open(t, dir, "vocab.json"), open(t, dir, "merges.txt"))
		if err != nil {
			t.Fatal(err)
		}
		again := func(k *Tokenizer) *Tokenizer {
			out := t.TempDir()
			if err := k.Save(out); err != nil {
				t.Fatal(err)
			}
			k, err := Load(out)
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		tokenizers := map[string][]*Tokenizer{"bert": {bert, again(bert)}, "roberta": {roberta, again(roberta)}}
		for kind, name := range map[string]string{"bert": "bert-base-uncased.tokenizer.json", "roberta": "roberta.tokenizer.json"} {
			if dir == "testdata" {
				continue // too large to carry twice; the saved one stands for it
			}
			k, err := ParseJSON(open(t, dir, name))
			if err != nil {
				t.Fatal(err)
			}
			tokenizers[kind] = append(tokenizers[kind], k)
		}
		for kind, list := range tokenizers {
			for _, name := range []string{kind + ".jsonl", kind + "-pairs.jsonl"} {
				for i, k := range list {
					check(t, k, open(t, dir, name), name, i)
				}
			}
		}
	})
}

func check(t *testing.T, k *Tokenizer, lines []byte, name string, which int) {
	t.Helper()
	s := bufio.NewScanner(strings.NewReader(string(lines)))
	s.Buffer(nil, 1<<24)
	wrong, n := 0, 0
	for s.Scan() {
		var g golden
		if err := json.Unmarshal(s.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		n++
		var pair *string
		if g.Pair != nil {
			text := string(*g.Pair)
			pair = &text
		}
		limit := 0
		if g.Max != nil {
			limit = *g.Max
		}
		e, err := k.Encode(string(g.Text), pair, limit)
		if err != nil {
			t.Errorf("%s, line %d: %v", name, n, err)
			continue
		}
		segments := g.Segments
		if g.Types != nil {
			segments = g.Types
		}
		if !slices.Equal(e.IDs, g.IDs) || segments != nil && !slices.Equal(e.Segments, segments) {
			if wrong++; wrong <= 3 {
				t.Errorf("%s (tokenizer %d), line %d, %q:\n got %v\nwant %v", name, which, n, g.Text, e.IDs, g.IDs)
			}
		}
	}
	if wrong > 0 || n == 0 {
		t.Errorf("%s (tokenizer %d): %d of %d lines differ", name, which, wrong, n)
	}
}
