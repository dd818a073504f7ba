package tokenize

import (
	"slices"
	"strings"
	"testing"
)

// Pieces stand for the text they came from, in both kinds of vocabulary.
func TestToken(t *testing.T) {
	bert, err := FromVocab(open(t, "testdata", "vocab.txt"), true)
	if err != nil {
		t.Fatal(err)
	}
	roberta, err := FromMerges(open(t, "testdata", "vocab.json"), open(t, "testdata", "merges.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		words      *Tokenizer
		text, want string
	}{
		{bert, "Unaffordable, [MASK] café!", "[CLS] una ##ff ##ord ##able , [MASK] cafe ! [SEP]"},
		{roberta, "Unaffordable café\n<mask>!", "<s> Un aff ordable Ġcafé <mask> ! </s>"},
		{roberta, "a\t\x01", "<s> a ĉ ā </s>"},
		{roberta, "☃", "<s> \ufffd \ufffd </s>"},
	} {
		e, err := test.words.Encode(test.text, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, id := range e.IDs {
			got = append(got, test.words.Token(id))
		}
		if !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%q: %q", test.text, got)
		}
		if test.words.Token(-1) != "" || test.words.Token(1<<30) != "" {
			t.Error("an id that is not there has text")
		}
	}
}
