package tokenize

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// file is a tokenizer.json, as far as the supported kinds need it.
type file struct {
	Version       string          `json:"version"`
	Truncation    any             `json:"truncation"`
	Padding       any             `json:"padding"`
	Added         []addedToken    `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
	Model         json.RawMessage `json:"model"`
}

type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	Single     bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

type typed struct {
	Type string `json:"type"`
}

type bertNormalizer struct {
	Type    string `json:"type"`
	Clean   bool   `json:"clean_text"`
	Chinese bool   `json:"handle_chinese_chars"`
	Accents *bool  `json:"strip_accents"`
	Lower   bool   `json:"lowercase"`
}

type byteLevel struct {
	Type   string `json:"type"`
	Prefix bool   `json:"add_prefix_space"`
	Trim   bool   `json:"trim_offsets"`
	Regex  *bool  `json:"use_regex,omitempty"`
}

type modelFile struct {
	Type     string          `json:"type"`
	Unknown  string          `json:"unk_token,omitempty"`
	Prefix   string          `json:"continuing_subword_prefix"`
	MaxChars int             `json:"max_input_chars_per_word,omitempty"`
	Vocab    json.RawMessage `json:"vocab"`
	Merges   json.RawMessage `json:"merges,omitempty"`
}

// ParseJSON reads a tokenizer.json. What is not supported is an error that names
// the field.
func ParseJSON(data []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	t, err := f.parse()
	if err != nil {
		return nil, err
	}
	t.file = append([]byte(nil), data...)
	return t, nil
}

func (f file) parse() (*Tokenizer, error) {
	var m modelFile
	if err := json.Unmarshal(f.Model, &m); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	ids := map[string]int32{}
	if m.Type != "WordPiece" && m.Type != "BPE" {
		return nil, fmt.Errorf("model.type %q %w", m.Type, errNotSupported)
	}
	if err := json.Unmarshal(m.Vocab, &ids); err != nil {
		return nil, fmt.Errorf("model.vocab: %w", err)
	}
	t := &Tokenizer{pieces: make(map[int32]string, len(ids))}
	for piece, id := range ids {
		if id < 0 || int(id) > 1<<24 {
			return nil, fmt.Errorf("model.vocab: id %d of %q is impossible", id, piece)
		}
		t.pieces[id] = piece
		t.size = max(t.size, int(id)+1)
	}
	for _, a := range f.Added {
		if a.Content == "" || a.ID < 0 || int(a.ID) > 1<<24 {
			return nil, fmt.Errorf("added_tokens: %q with id %d is impossible", a.Content, a.ID)
		}
		t.added = append(t.added, added{a.Content, a.ID, a.LStrip, a.RStrip, a.Single})
		ids[a.Content], t.pieces[a.ID] = a.ID, a.Content
		t.size = max(t.size, int(a.ID)+1)
	}
	sort.Slice(t.added, func(i, j int) bool { return t.added[i].text < t.added[j].text })
	var err error
	if m.Type == "WordPiece" {
		t.words, err = f.wordPiece(m, ids)
		if err == nil {
			err = t.special(ids, "[CLS]", "[SEP]")
		}
	} else {
		t.double = true
		t.words, err = f.bytePairs(m, ids)
		if err == nil {
			err = t.special(ids, "<s>", "</s>")
		}
	}
	if err != nil {
		return nil, err
	}
	t.file = raw(f)
	return t, nil
}

// special finds the tokens that stand around every text.
func (t *Tokenizer) special(ids map[string]int32, cls, sep string) error {
	a, ok := ids[cls]
	b, too := ids[sep]
	if !ok || !too {
		return fmt.Errorf("the vocabulary lacks %s or %s", cls, sep)
	}
	t.cls, t.sep = a, b
	return nil
}

func (f file) wordPiece(m modelFile, ids map[string]int32) (splitter, error) {
	n := bertNormalizer{}
	if err := json.Unmarshal(f.Normalizer, &n); err != nil || n.Type != "BertNormalizer" {
		return nil, fmt.Errorf("normalizer %q %w", n.Type, errNotSupported)
	}
	var pre typed
	if err := json.Unmarshal(f.PreTokenizer, &pre); err != nil || pre.Type != "BertPreTokenizer" {
		return nil, fmt.Errorf("pre_tokenizer %q %w", pre.Type, errNotSupported)
	}
	accents := n.Lower
	if n.Accents != nil {
		accents = *n.Accents
	}
	unknown, ok := ids[m.Unknown]
	if !ok {
		return nil, fmt.Errorf("the vocabulary lacks its unknown token %q", m.Unknown)
	}
	if m.Prefix == "" || m.MaxChars <= 0 {
		return nil, fmt.Errorf("model: continuing_subword_prefix %q or max_input_chars_per_word %d %w", m.Prefix, m.MaxChars, errNotSupported)
	}
	w := &wordPiece{
		normal: normalizer{n.Clean, n.Chinese, accents, n.Lower}, unknown: unknown, maxChars: m.MaxChars,
		vocab: make(map[string]int32, len(ids)), rest: make(map[string]int32, len(ids)/4),
	}
	for piece, id := range ids {
		w.vocab[piece] = id
		if tail, ok := strings.CutPrefix(piece, m.Prefix); ok {
			w.rest[tail] = id
		}
		w.longest = max(w.longest, len(piece))
	}
	return w, nil
}

func (f file) bytePairs(m modelFile, ids map[string]int32) (splitter, error) {
	var pre byteLevel
	if err := json.Unmarshal(f.PreTokenizer, &pre); err != nil || pre.Type != "ByteLevel" || pre.Regex != nil && !*pre.Regex {
		return nil, fmt.Errorf("pre_tokenizer %q %w", pre.Type, errNotSupported)
	}
	if len(f.Normalizer) > 0 && string(f.Normalizer) != "null" {
		return nil, fmt.Errorf("normalizer %s %w", f.Normalizer, errNotSupported)
	}
	b := &byteBPE{prefix: pre.Prefix, merges: map[[2]int32]merge{}}
	for i, r := range byteRunes() {
		id, ok := ids[string(r)]
		if !ok {
			return nil, fmt.Errorf("model.vocab lacks the byte %q", r)
		}
		b.bytes[i] = id
	}
	list, err := mergeList(m.Merges)
	if err != nil {
		return nil, err
	}
	for rank, two := range list {
		left, ok := ids[two[0]]
		right, too := ids[two[1]]
		both, three := ids[two[0]+two[1]]
		if !ok || !too || !three {
			return nil, fmt.Errorf("model.merges: line %d, %q and %q: not in the vocabulary", rank+1, two[0], two[1])
		}
		if _, twice := b.merges[[2]int32{left, right}]; !twice {
			b.merges[[2]int32{left, right}] = merge{int32(rank), both}
		}
	}
	return b, nil
}

// mergeList reads merges written as "a b" or as ["a", "b"].
func mergeList(text json.RawMessage) ([][2]string, error) {
	var pairs [][2]string
	if json.Unmarshal(text, &pairs) == nil {
		return pairs, nil
	}
	pairs = nil // a failed attempt leaves something behind
	var lines []string
	if err := json.Unmarshal(text, &lines); err != nil {
		return nil, fmt.Errorf("model.merges: %w", err)
	}
	for i, line := range lines {
		a, b, ok := strings.Cut(line, " ")
		if !ok || a == "" || b == "" {
			return nil, fmt.Errorf("model.merges: line %d is not two pieces: %q", i+1, line)
		}
		pairs = append(pairs, [2]string{a, b})
	}
	return pairs, nil
}
