package tokenize

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// wordPiece is BERT's model: each piece of text is cut greedily into the longest tokens of the vocabulary (Wu et
// al., arXiv 1609.08144).
type wordPiece struct {
	vocab    vocab
	prefix   string // marks tokens that continue a word
	unknown  unknown
	maxChars int   // longer words are unknown
	begin    *trie // tokens that begin a word
	rest     *trie // tokens that continue one, without the prefix
}

func parseWordPiece(text json.RawMessage) (model, error) {
	f := struct {
		Vocab    vocab
		Unknown  string `json:"unk_token"`
		Prefix   string `json:"continuing_subword_prefix"`
		MaxChars int    `json:"max_input_chars_per_word"`
	}{Unknown: "[UNK]", Prefix: "##", MaxChars: 100}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Vocab == nil {
		return nil, errors.New("vocab is missing")
	}
	w := &wordPiece{vocab: f.Vocab, prefix: f.Prefix, unknown: unknown{f.Unknown, f.Vocab.find(f.Unknown)}, maxChars: f.MaxChars}
	w.begin = newTrie(f.Vocab)
	if w.rest = w.begin; f.Prefix != "" {
		rest := map[string]int32{}
		for token, id := range f.Vocab {
			if tail, ok := strings.CutPrefix(token, f.Prefix); ok {
				rest[tail] = id
			}
		}
		w.rest = newTrie(rest)
	}
	return w, nil
}

func (w *wordPiece) vocabulary() map[string]int32 { return w.vocab }

func (w *wordPiece) ids(s *scratch, to []int32, piece []byte) []int32 {
	if len(piece) > w.maxChars && utf8.RuneCount(piece) > w.maxChars {
		return w.unknown.append(s, to, piece)
	}
	began, tokens := len(to), w.begin
	for rest := piece; len(rest) > 0; tokens = w.rest {
		id, n := tokens.longest(rest)
		if n == 0 {
			return w.unknown.append(s, to[:began], piece)
		}
		to = append(to, id)
		rest = rest[n:]
	}
	return to
}
