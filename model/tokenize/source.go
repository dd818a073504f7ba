package tokenize

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// source is a folder's tokenizer on its way: transformers' init_kwargs.
type source struct {
	*folder
	config  map[string]json.RawMessage // tokenizer_config.json, special_tokens_map.json over it
	named   map[string]addedToken      // cls_token, sep_token and so on
	extra   []addedToken
	decoder []addedToken // added tokens that the files list, by id
}

// roles are the special tokens that have a name, in transformers' order.
var roles = []string{"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}

// text is a setting that is a string, or empty.
func (s *source) text(key string) string {
	var text string
	if json.Unmarshal(s.config[key], &text) != nil {
		return ""
	}
	return text
}

// flag is a setting that is true or false; absent and null are otherwise.
func (s *source) flag(key string, otherwise bool) bool {
	f := otherwise
	if json.Unmarshal(s.config[key], &f) != nil {
		return otherwise
	}
	return f
}

// tokenizer makes the tokenizer of a class.
func (s *source) tokenizer(c *class) (*Tokenizer, error) {
	set, err := s.settings(c)
	if err == nil {
		err = s.tokens(c)
	}
	if err != nil {
		s.reading = "tokenizer_config.json"
		return nil, err
	}
	f, base, err := s.base(c)
	if err != nil {
		return nil, err
	}
	var added addedVocabulary
	for _, a := range f.Added {
		added.add(base, a)
	}
	for _, a := range s.wanted(&added) {
		added.add(base, a)
	}
	f.Added = added.list
	if c.around != nil {
		f.PostProcessor = c.around(s, func(token string) int32 { return added.find(base, token) })
	}
	set.roles = map[string]string{}
	for role, token := range s.named {
		set.roles[role] = token.Content
	}
	t, err := build(f, set)
	if err != nil {
		if s.json != nil {
			s.reading = "tokenizer.json"
		}
		return nil, fmt.Errorf("%w; choose another model, or save the tokenizer again (transformers: save_pretrained)", err)
	}
	return t, nil
}

// base is tokenizer.json as it is, or what the class makes of its vocabulary, and the tokens of its model.
func (s *source) base(c *class) (file, map[string]int32, error) {
	if c.build == nil {
		if s.json == nil {
			return file{}, nil, s.noVocabulary("")
		}
		f := *s.json
		ids, err := vocabularyOf(f.Model)
		if err != nil {
			s.reading = "tokenizer.json"
		}
		return f, ids, err
	}
	f, ids, err := c.build(s)
	if err == nil && s.json != nil {
		f.Truncation, f.Padding = s.json.Truncation, s.json.Padding
	}
	return f, ids, err
}

// vocabularyOf reads a model's tokens alone.
func vocabularyOf(text json.RawMessage) (map[string]int32, error) {
	var f struct{ Vocab json.RawMessage }
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	var ids vocab
	if list := strings.TrimSpace(string(f.Vocab[:min(len(f.Vocab), 1)])); list != "[" {
		err := json.Unmarshal(f.Vocab, &ids)
		return ids, err
	}
	var list []scored
	if err := json.Unmarshal(f.Vocab, &list); err != nil {
		return nil, fmt.Errorf("model.vocab: %w", err)
	}
	ids = make(vocab, len(list))
	for i, one := range list {
		ids[one.token] = int32(i)
	}
	return ids, nil
}

// settings reads what is about lengths and segments.
func (s *source) settings(c *class) (settings, error) {
	set := settings{segments: c.segments, plain: s.flag("split_special_tokens", false), config: s.folder.config}
	for _, key := range []string{"model_max_length", "max_len"} {
		var most *float64
		if err := json.Unmarshal(s.config[key], &most); len(s.config[key]) > 0 && err != nil {
			return set, fmt.Errorf("%s is no number", key)
		}
		if most == nil {
			continue
		}
		if !(*most >= 1) {
			return set, fmt.Errorf("%s is %g: it must be at least 1", key, *most)
		}
		if *most <= 1e20 { // transformers writes 1e30 for none
			set.maxLength = int(min(*most, 1<<30))
		}
		break
	}
	side := s.text("truncation_side")
	if side == "" && s.json != nil && s.json.cutsLeft() {
		side = "left"
	}
	switch side {
	case "left":
		set.left = true
	case "", "right":
	default:
		return set, fmt.Errorf("truncation_side is %q: it must be left or right", side)
	}
	var names []string
	if json.Unmarshal(s.config["model_input_names"], &names); names != nil {
		set.segments = slices.Contains(names, "token_type_ids")
	}
	return set, nil
}
