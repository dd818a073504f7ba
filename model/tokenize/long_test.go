package tokenize

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestLongTexts: with a limit, a long text gives what the whole text gives, cut; and it takes no longer than its part.
func TestLongTexts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	bert, err := FromVocab(open(t, "testdata", "vocab.txt"), true)
	if err != nil {
		t.Fatal(err)
	}
	roberta, err := FromMerges(open(t, "testdata", "vocab.json"), open(t, "testdata", "merges.txt"))
	if err != nil {
		t.Fatal(err)
	}
	xlmr, err := ParseJSON(open(t, "testdata/kinds/xlmr", "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"The", "journey", "was", "café", "[SEP]", "</s>", "unaffordable", "3.14", "\n", "don't", "中国", "  ", "e\u0301", "nlpx", "NewTok"}
	for name, k := range map[string]*Tokenizer{"bert": bert, "roberta": roberta, "xlmr": xlmr} {
		var b strings.Builder
		for b.Len() < 5*chunkSize {
			b.WriteString(words[random.IntN(len(words))])
			if random.IntN(5) > 0 {
				b.WriteByte(' ')
			}
		}
		text := b.String()
		whole, err := k.Encode(text, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		inner := whole.IDs[1 : len(whole.IDs)-1]
		for _, left := range []bool{false, true} {
			for _, limit := range []int{2, 10, 512, len(inner) / 2, len(inner) + 1, len(inner) + 2, len(inner) + 3} {
				cut := *k
				cut.settings.left = left
				e, err := cut.Encode(text, nil, limit)
				if err != nil {
					t.Fatal(err)
				}
				want := inner[:min(len(inner), limit-2)]
				if left {
					want = inner[max(0, len(inner)-(limit-2)):]
				}
				if got := e.IDs[1 : len(e.IDs)-1]; !slices.Equal(got, want) || e.Cut != (len(inner) > limit-2) {
					t.Errorf("%s, limit %d, left %v: other tokens than the whole text has, or Cut %v", name, limit, left, e.Cut)
				}
			}
		}
	}
	huge := strings.Repeat("a long line of words ", 2_000_000) // 42 MB
	for name, k := range map[string]*Tokenizer{"bert": bert, "roberta": roberta} {
		begin := time.Now()
		if e, err := k.Encode(huge, nil, 512); err != nil || !e.Cut || len(e.IDs) != 512 {
			t.Errorf("%s: %d tokens, %v", name, len(e.IDs), err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: a line of 42 MB that is cut at 512 tokens took %v", name, took)
		}
	}
}

// TestManySpecialTokens: a text of special tokens takes time in proportion to its length.
func TestManySpecialTokens(t *testing.T) {
	k, err := FromVocab(open(t, "testdata", "vocab.txt"), true)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	e, err := k.Encode(strings.Repeat("[SEP]", 400_000), nil, 0)
	if err != nil || len(e.IDs) != 400_002 {
		t.Fatal(len(e.IDs), err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("400,000 special tokens took %v", took)
	}
}

// TestEncodeAllocates: an encoding is its two lists and, with letters beyond ASCII, what their normalization needs.
func TestEncodeAllocates(t *testing.T) {
	bert, err := FromVocab(open(t, "testdata", "vocab.txt"), true)
	if err != nil {
		t.Fatal(err)
	}
	roberta, err := FromMerges(open(t, "testdata", "vocab.json"), open(t, "testdata", "merges.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]*Tokenizer{"bert": bert, "roberta": roberta} {
		text := "The Movie was Great, a charming journey: unaffordable, naïve café."
		if n := testing.AllocsPerRun(200, func() {
			if _, err := k.Encode(text, nil, 128); err != nil {
				t.Fatal(err)
			}
		}); n > 3 {
			t.Errorf("%s: %v allocations for a text", name, n)
		}
	}
}
