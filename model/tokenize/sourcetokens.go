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
