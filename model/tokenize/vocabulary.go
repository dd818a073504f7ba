package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"sync/atomic"
)

// model turns a piece of text into ids: tokenizer.json's model.
type model interface {
	// ids appends the ids of a piece, which is not empty. What it cannot do is noted in s.err.
	ids(s *scratch, to []int32, piece []byte) []int32
	// vocabulary is the tokens with their ids. Nobody changes it.
	vocabulary() map[string]int32
}

// models by the type that tokenizer.json names.
var models = map[string]func(json.RawMessage) (model, error){
	"WordPiece": parseWordPiece, "BPE": parseBPE, "Unigram": parseUnigram, "WordLevel": parseWordLevel,
}

// parseModel reads tokenizer.json's model. Files written before tokenizers 0.10 do not name its type: then its
// fields tell.
func parseModel(text json.RawMessage) (model, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := fields[name]; !ok {
				return false
			}
		}
		return true
	}
	kind := ""
	switch vocab := bytes.TrimSpace(fields["vocab"]); {
	case has("type"):
		if err := json.Unmarshal(fields["type"], &kind); err != nil {
			return nil, fmt.Errorf("type: %w", err)
		}
	case len(vocab) == 0:
		return nil, errors.New("vocab is missing")
	case vocab[0] == '[':
		kind = "Unigram"
	case has("merges"):
		kind = "BPE"
	case has("unk_token", "continuing_subword_prefix", "max_input_chars_per_word"):
		kind = "WordPiece"
	case has("unk_token"):
		kind = "WordLevel"
	default:
		return nil, errors.New("its type and fields do not identify it")
	}
	parse, ok := models[kind]
	if !ok {
		return nil, unsupported(kind, models)
	}
	m, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return m, nil
}

// vocab is the tokens of a vocabulary that is a JSON object, with their ids.
type vocab map[string]int32

// mostIDs is how many ids a vocabulary may have.
const mostIDs = 1 << 24

func (v *vocab) UnmarshalJSON(text []byte) error {
	ids := map[string]int32{}
	if err := json.Unmarshal(text, &ids); err != nil {
		return err
	}
	for token, id := range ids {
		if id < 0 || id >= mostIDs {
			return fmt.Errorf("id %d of %q is impossible", id, token)
		}
	}
	*v = ids
	return nil
}

// none is no id.
const none int32 = -1

// find returns the id of a token, or none.
func (v vocab) find(token string) int32 {
	if id, ok := v[token]; ok {
		return id
	}
	return none
}

// unknown is the token for what the vocabulary lacks.
type unknown struct {
	token string
	id    int32 // none, where the vocabulary lacks it too
}

// append appends the id, or notes that it is needed and not there.
func (u unknown) append(s *scratch, to []int32, piece []byte) []int32 {
	if u.id == none {
		s.fail(fmt.Errorf("%.40q needs the unknown token %q, which the vocabulary lacks; add it to the vocabulary (tokenizer.json or vocab file)", piece, u.token))
		return to
	}
	return append(to, u.id)
}

// wordLevel looks whole pieces up.
type wordLevel struct {
	vocab   vocab
	unknown unknown
}

func parseWordLevel(text json.RawMessage) (model, error) {
	var f struct {
		Vocab   vocab
		Unknown string `json:"unk_token"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	return &wordLevel{f.Vocab, unknown{f.Unknown, f.Vocab.find(f.Unknown)}}, nil
}

func (m *wordLevel) vocabulary() map[string]int32 { return m.vocab }

func (m *wordLevel) ids(s *scratch, to []int32, piece []byte) []int32 {
	if id, ok := m.vocab[string(piece)]; ok {
		return append(to, id)
	}
	return m.unknown.append(s, to, piece)
}

// cached is a model that remembers the ids of short pieces. A piece drives out another with the same place.
type cached struct {
	model
	seed  maphash.Seed
	slots []atomic.Pointer[cachedPiece]
}

type cachedPiece struct {
	text string
	ids  []int32
}

// cacheSlots is how many pieces are remembered, longestCached how long they may be in bytes.
const (
	cacheSlots    = 1 << 15
	longestCached = 48
)

func newCached(m model) *cached {
	return &cached{m, maphash.MakeSeed(), make([]atomic.Pointer[cachedPiece], cacheSlots)}
}

func (c *cached) ids(s *scratch, to []int32, piece []byte) []int32 {
	if len(piece) > longestCached {
		return c.model.ids(s, to, piece)
	}
	slot := &c.slots[maphash.Bytes(c.seed, piece)%cacheSlots]
	if known := slot.Load(); known != nil && known.text == string(piece) {
		return append(to, known.ids...)
	}
	begin := len(to)
	to = c.model.ids(s, to, piece)
	if s.err == nil {
		slot.Store(&cachedPiece{string(piece), append([]int32(nil), to[begin:]...)})
	}
	return to
}
