package tokenize

import (
	"encoding/json"
	"unicode/utf8"
)

// addedToken is a token that is recognised in the text as it stands, before the text is split: an entry of
// tokenizer.json's added_tokens.
type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	Single     bool   `json:"single_word"` // only where no word character is beside it
	LStrip     bool   `json:"lstrip"`      // it takes the white space before it
	RStrip     bool   `json:"rstrip"`      // and after it
	Normalized bool   `json:"normalized"`  // found in the normalised text, normalised itself
	Special    bool   `json:"special"`

	beyond bool // no file has it: it follows from a class's defaults, and its id may be beyond the model's
}

// UnmarshalJSON also reads an entry without normalized, which is then the opposite of special.
func (a *addedToken) UnmarshalJSON(text []byte) error {
	type plain addedToken
	f := struct {
		*plain
		Normalized *bool `json:"normalized"`
	}{plain: (*plain)(a)}
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	if a.Normalized = !a.Special; f.Normalized != nil {
		a.Normalized = *f.Normalized
	}
	return nil
}

// addedVocabulary is added tokens with their ids.
type addedVocabulary struct {
	list []addedToken // by id
	at   map[string]int
}

// add adds a token, or changes one with the same content. Like tokenizers it ignores what id a file gives: a
// token of the model's vocabulary keeps its id, others get the next.
func (v *addedVocabulary) add(base map[string]int32, t addedToken) {
	if t.Content == "" {
		return
	}
	if v.at == nil {
		v.at = map[string]int{}
	}
	if i, ok := v.at[t.Content]; ok {
		t.ID, t.beyond = v.list[i].ID, v.list[i].beyond && t.beyond
		v.list[i] = t
		return
	}
	id, known := base[t.Content]
	if !known {
		id = int32(len(base))
		for _, other := range v.list {
			if other.ID >= id {
				id = other.ID + 1
			}
		}
	}
	t.ID = id
	v.at[t.Content] = len(v.list)
	v.list = append(v.list, t)
}

// find returns the id of a token, added or of the model's vocabulary.
func (v *addedVocabulary) find(base map[string]int32, content string) int32 {
	if i, ok := v.at[content]; ok {
		return v.list[i].ID
	}
	return vocab(base).find(content)
}

// finder finds added tokens in a text, of several at one place the longest.
type finder struct {
	tokens []addedToken
	trie   *trie // values are indexes of tokens
	plain  bool  // special tokens are text like other text
}

// newFinder is for the tokens with their contents as the text has them, empty for those that it is not for. It is
// nil without tokens.
func newFinder(tokens []addedToken, contents []string, plain bool) *finder {
	keys := map[string]int32{}
	for i, content := range contents {
		if content != "" {
			keys[content] = int32(i)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return &finder{tokens, newTrie(keys), plain}
}

// next finds the first token at or after from, where the text before from is taken. Its bytes are
// text[at:end], stripped white space included.
func (f *finder) next(text []byte, from int) (at, end int, found *addedToken) {
	if f == nil {
		return 0, 0, nil
	}
	for i := from; i < len(text); {
		if f.trie.root[text[i]] < 0 {
			i++
			continue
		}
		which, n := f.trie.longest(text[i:])
		if n == 0 {
			i++
			continue
		}
		t := &f.tokens[which]
		at, end = i, i+n
		if t.Single && !alone(text, at, end) || t.Special && f.plain {
			i = end // tokenizers does not look inside it again
			continue
		}
		if t.LStrip {
			at = from + len(trimRight(text[from:at]))
		}
		if t.RStrip {
			end = len(text) - len(trimLeft(text[end:]))
		}
		return at, end, t
	}
	return 0, 0, nil
}

// alone reports whether no word character touches text[i:j].
func alone(text []byte, i, j int) bool {
	before, n := utf8.DecodeLastRune(text[:i])
	after, m := utf8.DecodeRune(text[j:])
	return !(n > 0 && classes(before)&word != 0) && !(m > 0 && classes(after)&word != 0)
}
