package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// file is a tokenizer.json. Parts are kept as they are written until build reads them.
type file struct {
	Version       string          `json:"version"`
	Truncation    json.RawMessage `json:"truncation"`
	Padding       json.RawMessage `json:"padding"`
	Added         []addedToken    `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
	Model         json.RawMessage `json:"model"`
}

// settings is what tokenizer.json does not say.
type settings struct {
	maxLength int                        // model_max_length; 0: none
	left      bool                       // texts are cut at their beginning
	segments  bool                       // the model reads which text a token belongs to
	plain     bool                       // special tokens in a text are text like other text
	config    map[string]json.RawMessage // tokenizer_config.json
	roles     map[string]string          // special tokens by what they are for: cls_token and so on
}

// ParseJSON reads a tokenizer.json by itself. What is not supported is an error that names the field. Load also reads
// the files beside it, which may change what it does.
func ParseJSON(data []byte) (*Tokenizer, error) {
	f, err := parseFile(data)
	if err != nil {
		return nil, err
	}
	return build(f, settings{segments: true, left: f.cutsLeft()})
}

func parseFile(data []byte) (file, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return f, err
	}
	if f.Version != "1.0" && f.Version != "" {
		return f, fmt.Errorf("version %q is not known", f.Version)
	}
	if isNull(f.Model) {
		return f, errors.New("model is missing")
	}
	return f, nil
}

// cutsLeft reports whether its truncation is at the beginning.
func (f file) cutsLeft() bool {
	var t struct{ Direction string }
	return json.Unmarshal(f.Truncation, &t) == nil && t.Direction == "Left"
}

// build makes the tokenizer that a file describes.
func build(f file, s settings) (*Tokenizer, error) {
	loadClasses()
	t := &Tokenizer{settings: s}
	var err error
	if t.model, err = parseModel(f.Model); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if t.normalizer, err = parseNormalizer(f.Normalizer); err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	if t.preTokenizer, err = parsePreTokenizer(f.PreTokenizer); err != nil {
		return nil, fmt.Errorf("pre_tokenizer: %w", err)
	}
	post, err := parsePostProcessor(f.PostProcessor)
	if err == nil {
		t.single, t.pair, err = templates(post)
	}
	if err != nil {
		return nil, fmt.Errorf("post_processor: %w", err)
	}
	t.add(f.Added)
	t.spellBytes()
	t.chunks = t.chunkable()
	f.Version, f.Added = "1.0", t.added.list
	t.file = f
	return t, nil
}

// add adds tokens to the model's.
func (t *Tokenizer) add(tokens []addedToken) {
	base := t.model.vocabulary()
	t.pieces = make(map[int32]string, len(base)+len(tokens))
	for token, id := range base {
		t.pieces[id] = token
		t.size = max(t.size, int(id)+1)
	}
	for _, a := range tokens {
		t.added.add(base, a)
	}
	before, within := make([]string, len(t.added.list)), make([]string, len(t.added.list))
	for i, a := range t.added.list {
		t.pieces[a.ID] = a.Content
		if !a.beyond {
			t.size = max(t.size, int(a.ID)+1)
		}
		switch {
		case !a.Normalized:
			before[i] = a.Content
		case t.normalizer == nil:
			within[i] = a.Content
		default:
			text, _ := t.normalizer.normalize(nil, []byte(strings.ToValidUTF8(a.Content, "\uFFFD")))
			within[i] = string(text)
		}
	}
	for _, parts := range []template{t.single, t.pair} {
		for _, p := range parts {
			for _, id := range p.ids {
				t.size = max(t.size, int(id)+1)
			}
		}
	}
	t.before, t.within = newFinder(t.added.list, before, t.settings.plain), newFinder(t.added.list, within, t.settings.plain)
}

// spellBytes leaves the spelling of bytes, where the pre-tokenizer ends with it, to the model if that can do it.
func (t *Tokenizer) spellBytes() {
	last := t.preTokenizer
	if q, ok := last.(preTokenizerSequence); ok && len(q) > 0 {
		last = q[len(q)-1]
	}
	b, ok := last.(*byteLevel)
	t.bytes = ok
	if c, cached := t.model.(*cached); ok && cached {
		if m, is := c.model.(*bpe); is {
			b.raw = m.takeBytes()
		}
	}
	if q, is := t.normalizer.(normalizerSequence); is {
		for _, n := range q {
			_, spells := n.(byteAlphabet)
			t.bytes = t.bytes || spells
		}
	}
	if _, spells := t.normalizer.(byteAlphabet); spells {
		t.bytes = true
	}
}

// isNull reports whether a field is absent or null.
func isNull(text json.RawMessage) bool {
	text = bytes.TrimSpace(text)
	return len(text) == 0 || string(text) == "null"
}

// typeOf is a part's type.
func typeOf(text json.RawMessage) (string, error) {
	var f struct{ Type *string }
	if err := json.Unmarshal(text, &f); err != nil {
		return "", err
	}
	if f.Type == nil {
		return "", errors.New("type is missing")
	}
	return *f.Type, nil
}

// unsupported reports that a type is not among those of a registry.
func unsupported[V any](kind string, known map[string]V) error {
	return fmt.Errorf("type %q is not supported; supported are %s", kind, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
}

// raw encodes a value that always can be.
func raw(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(b.Bytes())
}
