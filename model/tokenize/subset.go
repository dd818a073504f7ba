package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Subset returns a WordPiece tokenizer with only the pieces that keep lists by
// id, those of a single character and the special ones, renumbered in their
// old order; kept[new id] is the old id. Words that need another piece are cut
// into smaller ones.
func (t *Tokenizer) Subset(keep map[int32]bool) (small *Tokenizer, kept []int32, err error) {
	w, ok := t.model.(*wordPiece)
	if !ok {
		return nil, nil, errors.New("only a WordPiece vocabulary can be cut")
	}
	special := map[int32]bool{w.unknown.id: true}
	for _, a := range t.added.list {
		special[a.ID] = true
	}
	for _, p := range slices.Concat(t.single, t.pair) {
		for _, id := range p.ids {
			special[id] = true
		}
	}
	for piece, id := range w.vocab {
		if keep[id] || special[id] || len([]rune(strings.TrimPrefix(piece, w.prefix))) == 1 {
			kept = append(kept, id)
		}
	}
	for _, a := range t.added.list {
		if _, known := w.vocab[a.Content]; !known && !a.beyond {
			kept = append(kept, a.ID)
		}
	}
	slices.Sort(kept)
	renumbered := make(map[int32]int32, len(kept))
	ids := vocab{}
	for i, id := range kept {
		renumbered[id] = int32(i)
		if w.vocab.find(t.pieces[id]) == id {
			ids[t.pieces[id]] = int32(i)
		}
	}
	f := t.file
	fields := map[string]any{"type": "WordPiece", "unk_token": w.unknown.token, "continuing_subword_prefix": w.prefix,
		"max_input_chars_per_word": w.maxChars, "vocab": ids}
	f.Model = raw(fields)
	f.PostProcessor, err = t.renumber(renumbered)
	if err == nil {
		small, err = build(f, t.settings)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cutting the vocabulary: %w", err)
	}
	for old, id := range renumbered {
		if small.pieces[id] != t.pieces[old] {
			return nil, nil, fmt.Errorf("cutting the vocabulary: added token %q is not last", t.pieces[old])
		}
	}
	return small, kept, nil
}

// renumber is the post-processor, as a template, with other ids.
func (t *Tokenizer) renumber(ids map[int32]int32) (json.RawMessage, error) {
	tokens := map[string]int32{}
	pieces := func(parts template) (list []any) {
		list = []any{}
		for _, p := range parts {
			if p.text >= 0 {
				list = append(list, textPiece(string(rune('A'+p.text)), int(p.segment)))
			}
			for _, id := range p.ids {
				tokens[t.pieces[id]] = ids[id]
				list = append(list, tokenPiece(t.pieces[id], int(p.segment)))
			}
		}
		return list
	}
	single, pair := pieces(t.single), pieces(t.pair)
	var names []string
	for name := range tokens {
		if name == "" {
			return nil, errors.New("a special token has no name")
		}
		names = append(names, name)
	}
	return templateFile(names, func(name string) int32 { return tokens[name] }, single, pair), nil
}
