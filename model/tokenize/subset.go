package tokenize

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Subset returns a WordPiece tokenizer with only the pieces that keep lists by
// id, those of a single character and the special ones, numbered anew in their
// old order; kept[new id] is the old id. Words that need another piece are cut
// into smaller ones.
func (t *Tokenizer) Subset(keep map[int32]bool) (small *Tokenizer, kept []int32, err error) {
	w, ok := t.words.(*wordPiece)
	if !ok {
		return nil, nil, errors.New("only a WordPiece vocabulary can be cut")
	}
	special := map[int32]bool{w.unknown: true}
	for _, a := range t.added {
		special[a.id] = true
	}
	pieces := map[int32]string{}
	for piece, id := range w.vocab {
		if keep[id] || special[id] || len([]rune(strings.TrimPrefix(piece, "##"))) == 1 {
			pieces[id] = piece
			kept = append(kept, id)
		}
	}
	slices.Sort(kept)
	list := make([]string, len(kept))
	for i, id := range kept {
		list[i] = pieces[id]
	}
	if small, err = FromVocab([]byte(strings.Join(list, "\n")), w.normal.lower); err != nil {
		return nil, nil, fmt.Errorf("cutting the vocabulary: %w", err)
	}
	return small, kept, nil
}
