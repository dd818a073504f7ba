package text

import (
	"fmt"
	"strings"
	"testing"

	"ltpbench/model/tokenize"
)

// TestEncodeAll: on all processors examples keep their order, truncated ones are counted, and the first error is the one
// that is reported.
func TestEncodeAll(t *testing.T) {
	vocab := "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
	for i := range 1000 {
		vocab += fmt.Sprintf("\nw%d", i)
	}
	words, err := tokenize.FromVocab([]byte(vocab), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		all := make([]Example, n)
		for i := range all {
			all[i].Text = fmt.Sprintf("w%d", i)
			if i%3 == 0 {
				all[i].Text += " w1 w2"
			}
		}
		list, truncated, _, err := EncodeAll(words, all, 4)
		if err != nil || truncated != (n+2)/3 {
			t.Fatalf("%d examples: %d truncated, %v", n, truncated, err)
		}
		for i, s := range list {
			if s.IDs[1] != int32(5+i) {
				t.Fatalf("%d examples: %v at %d", n, s.IDs, i)
			}
		}
	}
	all := make([]Example, 1000)
	for i := range all {
		all[i].Text = "w1"
	}
	for _, i := range []int{999, 700, 130, 64} { // pairs need a segment that is not there
		all[i].HasPair, all[i].Pair = true, "w2"
	}
	one, err := words.For(2000, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Tokenize(one, &Task{Name: "T"}, all, 0); err == nil || !strings.HasPrefix(err.Error(), "T, example 65:") {
		t.Errorf("%v", err)
	}
}
