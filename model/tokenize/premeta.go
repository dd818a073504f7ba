package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// metaspace writes blanks as another character, puts it before the text, and begins a piece at each, as
// SentencePiece does.
type metaspace struct {
	blank  []byte
	scheme prependScheme
	whole  bool // one piece
}

// prependScheme says before which texts a blank is put that begin with none.
type prependScheme string

const (
	prependAlways prependScheme = "always"
	prependFirst  prependScheme = "first" // what the input begins with
	prependNever  prependScheme = "never"
)

func parseMetaspace(text json.RawMessage) (preTokenizer, error) {
	f := struct {
		Replacement string
		Prefix      *bool         `json:"add_prefix_space"`
		Scheme      prependScheme `json:"prepend_scheme"`
		Split       *bool
	}{Scheme: prependAlways}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(f.Replacement) != 1 {
		return nil, fmt.Errorf("replacement %q is not one character", f.Replacement)
	}
	switch f.Scheme {
	case prependAlways, prependFirst, prependNever:
	default:
		return nil, fmt.Errorf("prepend_scheme %q is not known", f.Scheme)
	}
	if f.Prefix != nil && !*f.Prefix {
		var given struct {
			Scheme *string `json:"prepend_scheme"`
		}
		if json.Unmarshal(text, &given); given.Scheme != nil && f.Scheme != prependNever {
			return nil, errors.New("add_prefix_space is false, but prepend_scheme is not never")
		}
		f.Scheme = prependNever
	}
	return &metaspace{[]byte(f.Replacement), f.Scheme, f.Split != nil && !*f.Split}, nil
}

func (m *metaspace) split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	changed := s.arena
	if m.scheme == prependAlways || m.scheme == prependFirst && begins {
		if text[0] != ' ' && !bytes.HasPrefix(text, m.blank) {
			changed = append(changed, m.blank...)
		}
	}
	for {
		i := bytes.IndexByte(text, ' ')
		if i < 0 {
			break
		}
		changed = append(append(changed, text[:i]...), m.blank...)
		text = text[i+1:]
	}
	text = s.keep(append(changed, text...))
	for !m.whole && len(text) > 0 {
		n := bytes.Index(text[1:], m.blank) + 1
		if n == 0 {
			break
		}
		to = append(to, text[:n:n])
		text = text[n:]
	}
	return append(to, text), begins
}
