package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// part is a piece of an encoding: a text or special tokens.
type part struct {
	text    int // 0 or 1: the first or the second text; none: ids
	ids     []int32
	segment int32
}

const noText = -1

// template is what an encoding consists of.
type template []part

// special is how many tokens of it are no text's.
func (t template) special() int {
	n := 0
	for _, p := range t {
		n += len(p.ids)
	}
	return n
}

// postProcessor describes what stands around texts: tokenizer.json's post_processor. It turns the parts of each text, one
// or two lists, into others.
type postProcessor func(lists []template) ([]template, error)

// templates applies a post-processor, nil for none, to a single text and to a pair.
func templates(p postProcessor) (single, pair template, err error) {
	for _, to := range []*template{&single, &pair} {
		lists := []template{{{text: 0}}}
		if to == &pair {
			lists = append(lists, template{{text: 1, segment: 1}})
		}
		if p != nil {
			if lists, err = p(lists); err != nil {
				return nil, nil, err
			}
		}
		*to = slices.Concat(lists...)
	}
	return single, pair, nil
}

// tokenWithID is a token as ["[SEP]", 102].
type tokenWithID struct {
	token string
	id    int32
}

func (t *tokenWithID) UnmarshalJSON(text []byte) error {
	two := []any{&t.token, &t.id}
	if err := json.Unmarshal(text, &two); err != nil {
		return err
	}
	return checkID(t.id)
}

// MarshalJSON writes it as it is read.
func (t tokenWithID) MarshalJSON() ([]byte, error) { return json.Marshal([]any{t.token, t.id}) }

func checkID(id int32) error {
	if id < 0 || id >= mostIDs {
		return fmt.Errorf("id %d is impossible", id)
	}
	return nil
}

// parsePostProcessor reads tokenizer.json's post_processor; null is nil.
func parsePostProcessor(text json.RawMessage) (postProcessor, error) {
	if isNull(text) {
		return nil, nil
	}
	var f struct {
		Type     string
		Sep, Cls *tokenWithID
		Trim     *bool `json:"trim_offsets"`
		Prefix   *bool `json:"add_prefix_space"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	switch {
	case f.Sep != nil && f.Cls != nil: // tokenizers looks at the fields, not at the type
		return aroundTexts(f.Cls.id, f.Sep.id, f.Trim != nil && f.Prefix != nil), nil
	case f.Type == "ByteLevel":
		return nil, nil // it is about offsets alone
	case f.Type == "TemplateProcessing":
		return parseTemplate(text)
	case f.Type == "Sequence":
		return parsePostSequence(text)
	case f.Type == "":
		return nil, errors.New("type is missing")
	}
	return nil, fmt.Errorf("type %q is not supported, or lacks its fields", f.Type)
}

// aroundTexts is BERT's cls A sep B sep, with B and its separator in segment 1, or RoBERTa's cls A sep sep B sep, all
// in segment 0.
func aroundTexts(cls, sep int32, roberta bool) postProcessor {
	return func(lists []template) ([]template, error) {
		var out []template
		for i, list := range lists {
			list, segment := slices.Clone(list), int32(min(i, 1))
			if roberta {
				segment = 0
				for j := range list {
					list[j].segment = 0
				}
			}
			before := template{}
			if i == 0 {
				before = template{{text: noText, ids: []int32{cls}}}
			} else if roberta {
				before = template{{text: noText, ids: []int32{sep}}}
			}
			out = append(out, slices.Concat(before, list, template{{text: noText, ids: []int32{sep}, segment: segment}}))
		}
		return out, nil
	}
}

// templatePiece is an element of a TemplateProcessing's lists.
type templatePiece struct {
	Sequence *struct {
		ID      string `json:"id"`
		Segment int32  `json:"type_id"`
	} `json:",omitempty"`
	SpecialToken *struct {
		ID      string `json:"id"`
		Segment int32  `json:"type_id"`
	} `json:",omitempty"`
}

// mostSegments is how many segments a template may number.
const mostSegments = 1 << 10

func parseTemplate(text json.RawMessage) (postProcessor, error) {
	var f struct {
		Single, Pair []templatePiece
		Tokens       map[string]struct{ IDs []int32 } `json:"special_tokens"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	check := func(pieces []templatePiece, texts string) error {
		used := ""
		for _, p := range pieces {
			segment := int32(0)
			switch {
			case p.Sequence != nil && len(p.Sequence.ID) == 1 && strings.Contains(texts, p.Sequence.ID):
				segment = p.Sequence.Segment
				if strings.Contains(used, p.Sequence.ID) {
					return fmt.Errorf("sequence %s is used twice", p.Sequence.ID)
				}
				used += p.Sequence.ID
			case p.SpecialToken != nil:
				segment = p.SpecialToken.Segment
				token, ok := f.Tokens[p.SpecialToken.ID]
				if !ok {
					return fmt.Errorf("special_tokens lacks %q", p.SpecialToken.ID)
				}
				for _, id := range token.IDs {
					if err := checkID(id); err != nil {
						return fmt.Errorf("special_tokens: %q: %w", p.SpecialToken.ID, err)
					}
				}
			default:
				return errors.New("a piece is neither a Sequence that is there nor a SpecialToken")
			}
			if segment < 0 || segment >= mostSegments {
				return fmt.Errorf("type_id %d is impossible", segment)
			}
		}
		return nil
	}
	if err := check(f.Single, "A"); err != nil {
		return nil, fmt.Errorf("single: %w", err)
	}
	if err := check(f.Pair, "AB"); err != nil {
		return nil, fmt.Errorf("pair: %w", err)
	}
	return func(lists []template) ([]template, error) {
		pieces := f.Single
		if len(lists) == 2 {
			pieces = f.Pair
		} else if len(lists) != 1 {
			return nil, errors.New("a TemplateProcessing that follows another post-processor is not supported")
		}
		var out []template
		for _, p := range pieces {
			if p.SpecialToken != nil {
				out = append(out, template{{text: noText, ids: f.Tokens[p.SpecialToken.ID].IDs, segment: p.SpecialToken.Segment}})
				continue
			}
			list := slices.Clone(lists[p.Sequence.ID[0]-'A'])
			for i := range list {
				list[i].segment = p.Sequence.Segment
			}
			out = append(out, list)
		}
		return out, nil
	}, nil
}

func parsePostSequence(text json.RawMessage) (postProcessor, error) {
	var f struct{ Processors []json.RawMessage }
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if len(f.Processors) > 16 {
		return nil, fmt.Errorf("%d processors are too many", len(f.Processors))
	}
	var all []postProcessor
	for i, one := range f.Processors {
		p, err := parsePostProcessor(one)
		if err != nil {
			return nil, fmt.Errorf("processors[%d]: %w", i, err)
		}
		if p != nil {
			all = append(all, p)
		}
	}
	return func(lists []template) (_ []template, err error) {
		for _, p := range all {
			if lists, err = p(lists); err != nil {
				return nil, err
			}
		}
		return lists, nil
	}, nil
}
