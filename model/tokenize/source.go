package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// tokens reads the added and the special tokens, wherever they are.
func (s *source) tokens(c *class) error {
	byID := map[int]addedToken{}
	s.config = maps.Clone(s.config)
	if !isNull(s.config["added_tokens_decoder"]) {
		var list map[string]addedToken
		if err := json.Unmarshal(s.config["added_tokens_decoder"], &list); err != nil {
			return fmt.Errorf("added_tokens_decoder: %w", err)
		}
		for id, token := range list {
			n, err := strconv.Atoi(id)
			if err != nil {
				return fmt.Errorf("added_tokens_decoder: %q is no id", id)
			}
			byID[n] = token
		}
	} else if err := s.legacy(byID); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		s.decoder = append(s.decoder, byID[id])
	}
	return s.special(c)
}

// legacy reads the files that older versions wrote beside tokenizer.json.
func (s *source) legacy(byID map[int]addedToken) error {
	var roles map[string]json.RawMessage
	if err := s.object("special_tokens_map.json", &roles); err != nil {
		return err
	}
	if s.config == nil {
		s.config = map[string]json.RawMessage{}
	}
	maps.Copy(s.config, roles)
	var ids map[string]int
	if err := s.object("added_tokens.json", &ids); err != nil {
		return err
	}
	special := map[string]bool{}
	for _, text := range s.config {
		if t, err := parseToken(text); err == nil {
			special[t.Content] = true
		}
	}
	for _, t := range s.listed() {
		special[t.Content] = true
	}
	for content, id := range ids {
		byID[id] = addedToken{Content: content, Special: special[content], Normalized: !special[content]}
	}
	if s.json != nil {
		for _, t := range s.json.Added {
			byID[int(t.ID)] = t
		}
	}
	return nil
}

// listed is additional_special_tokens, or what it is called now.
func (s *source) listed() (list []addedToken) {
	for _, key := range []string{"extra_special_tokens", "additional_special_tokens"} {
		var all []json.RawMessage
		if json.Unmarshal(s.config[key], &all) != nil || len(all) == 0 {
			continue
		}
		for _, text := range all {
			if t, err := parseToken(text); err == nil {
				list = append(list, t)
			}
		}
		return list
	}
	return nil
}

// special fills in the special tokens, those that have a name and others.
func (s *source) special(c *class) error {
	known := map[string]addedToken{}
	for _, t := range s.decoder {
		known[t.Content] = t
	}
	s.named = map[string]addedToken{}
	for key := range s.config {
		if !strings.HasSuffix(key, "_token") || isNull(s.config[key]) {
			continue
		}
		t, err := parseToken(s.config[key])
		if err != nil {
			if slices.Contains(roles, key) {
				return fmt.Errorf("%s is no token: %w", key, err)
			}
			continue // add_bos_token and the like
		}
		if listed, ok := known[t.Content]; ok {
			t = listed
		}
		s.named[key] = t
	}
	for key, t := range c.specials {
		if _, given := s.named[key]; !given {
			if listed, ok := known[t.Content]; ok {
				t = listed
			}
			t.beyond = true
			s.named[key] = t
		}
	}
	if s.extra = s.listed(); s.extra == nil {
		s.extra = c.extra
	}
	return nil
}

// parseToken reads a token that is a string or an object. A string is a special token.
func parseToken(text json.RawMessage) (addedToken, error) {
	var content string
	if json.Unmarshal(text, &content) == nil {
		return addedToken{Content: content, Special: true}, nil
	}
	var t addedToken
	if err := json.Unmarshal(text, &t); err != nil {
		return t, err
	}
	if t.Content == "" {
		return t, errors.New("it has no content")
	}
	t.Special = true
	return t, nil
}

// wanted is the tokens to be added to those that tokenizer.json adds: all that other files list, and special tokens
// that are nowhere yet.
func (s *source) wanted(have *addedVocabulary) (list []addedToken) {
	there := map[string]bool{}
	for _, t := range have.list {
		there[t.Content] = true
	}
	named := map[string]bool{}
	order := slices.Clone(roles)
	for _, key := range slices.Sorted(maps.Keys(s.named)) {
		named[s.named[key].Content] = true
		if !slices.Contains(roles, key) {
			order = append(order, key)
		}
	}
	for _, t := range s.decoder {
		there[t.Content] = true
		t.Special = t.Special || named[t.Content]
		list = append(list, t)
	}
	add := func(t addedToken) {
		if t.Content != "" && !there[t.Content] {
			there[t.Content] = true
			list = append(list, t)
		}
	}
	for _, key := range order {
		add(s.named[key])
	}
	for _, t := range s.extra {
		add(t)
	}
	return list
}
