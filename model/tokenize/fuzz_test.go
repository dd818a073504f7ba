package tokenize

import (
	"slices"
	"strings"
	"testing"
)

// Seeds of files that are whole, as small as they can be.
var seedVocab = strings.Join([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "ab", "##ing", "!", "日"}, "\n")

const seedMerges = "#version: 0.2\na b\nab c\nĠ a\n"

func seedBytes() []byte {
	ids := map[string]int32{}
	for _, piece := range []string{"<s>", "<pad>", "</s>", "<unk>", "<mask>"} {
		ids[piece] = int32(len(ids))
	}
	for _, char := range byteChars {
		ids[char] = int32(len(ids))
	}
	for _, piece := range []string{"ab", "abc", "Ġa"} {
		ids[piece] = int32(len(ids))
	}
	return raw(ids)
}

// texts are what a tokenizer is tried with that a fuzzer's file has given.
var texts = []string{"", " ", "ab abing! 日本 [SEP][MASK] <mask> </s>", "\x00\xff\u0130 caf\u00e9 don't  a\n", strings.Repeat("ab", 60)}

// try checks what every tokenizer that was read has to do: it panics on no text, its ids lie below
// VocabSize, it keeps to the length, and the file that it saves gives the same ids.
func try(t *testing.T, tok *Tokenizer) {
	again, err := ParseJSON(raw(tok.file))
	if err != nil {
		t.Fatalf("its own file is refused: %v", err)
	}
	for _, text := range texts {
		for _, pair := range []*string{nil, &text} {
			for _, limit := range []int{0, 4, 9} {
				e, err := tok.Encode(text, pair, limit)
				if err != nil { // too short a limit, or no unknown token: the same from its own file
					if _, too := again.Encode(text, pair, limit); too == nil {
						t.Fatalf("%q: %v", text, err)
					}
					continue
				}
				if len(e.Segments) != len(e.IDs) || limit > 0 && len(e.IDs) > limit {
					t.Fatalf("%q: %d ids and %d segments, the limit is %d", text, len(e.IDs), len(e.Segments), limit)
				}
				for _, id := range e.IDs {
					if id < 0 || int(id) >= tok.VocabSize() {
						t.Fatalf("%q: id %d of %d", text, id, tok.VocabSize())
					}
				}
				if b, err := again.Encode(text, pair, limit); err != nil || !slices.Equal(b.IDs, e.IDs) {
					t.Fatalf("%q: %v, from its own file %v, %v", text, e.IDs, b.IDs, err)
				}
			}
		}
	}
}

func FuzzJSON(f *testing.F) {
	w, err := FromVocab([]byte(seedVocab), true)
	if err != nil {
		f.Fatal(err)
	}
	b, err := FromMerges(seedBytes(), []byte(seedMerges))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(raw(w.file)))
	f.Add([]byte(raw(b.file)))
	for _, kind := range []string{"bpe-words", "bpe-whole", "sequence", "nfkc", "gpt4", "unigram-whole", "wordlevel", "pattern"} {
		f.Add(open(f, "testdata/kinds/"+kind, "tokenizer.json"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if tok, err := ParseJSON(data); err == nil {
			try(t, tok)
		}
	})
}

func FuzzVocab(f *testing.F) {
	f.Add([]byte(seedVocab), true)
	f.Add([]byte(strings.ReplaceAll(seedVocab, "\n", "\r\n")), false)
	f.Fuzz(func(t *testing.T, data []byte, lower bool) {
		if tok, err := FromVocab(data, lower); err == nil {
			try(t, tok)
		}
	})
}

func FuzzMerges(f *testing.F) {
	f.Add(seedBytes(), []byte(seedMerges))
	f.Add(seedBytes(), []byte("a b\r\n"))
	f.Fuzz(func(t *testing.T, vocab, merges []byte) {
		if tok, err := FromMerges(vocab, merges); err == nil {
			try(t, tok)
		}
	})
}
