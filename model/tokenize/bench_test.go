package tokenize

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
)

// benchTexts is the goldens' texts that are sentences of ASCII.
func benchTexts(b testing.TB, name string) (texts []string, size int64) {
	s := bufio.NewScanner(strings.NewReader(string(open(b, "testdata", name))))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var g golden
		if err := json.Unmarshal(s.Bytes(), &g); err != nil {
			b.Fatal(err)
		}
		if text := string(g.Text); len(text) > 20 && len(text) < 1000 && isASCII(g.Text) {
			texts, size = append(texts, text), size+int64(len(text))
		}
	}
	if len(texts) < 100 {
		b.Fatalf("only %d texts", len(texts))
	}
	return texts, size
}

func bench(b *testing.B, t *Tokenizer, name string) {
	texts, size := benchTexts(b, name)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			if _, err := t.Encode(text, nil, 0); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkWordPiece(b *testing.B) {
	t, err := FromVocab(open(b, "testdata", "vocab.txt"), true)
	if err != nil {
		b.Fatal(err)
	}
	bench(b, t, "bert.jsonl")
}

func BenchmarkBPE(b *testing.B) {
	t, err := FromMerges(open(b, "testdata", "vocab.json"), open(b, "testdata", "merges.txt"))
	if err != nil {
		b.Fatal(err)
	}
	bench(b, t, "roberta.jsonl")
}

func BenchmarkUnigram(b *testing.B) {
	t, err := ParseJSON(open(b, "testdata/kinds/xlmr", "tokenizer.json"))
	if err != nil {
		b.Fatal(err)
	}
	bench(b, t, "bert.jsonl")
}
