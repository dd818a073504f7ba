package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
)

// replace puts a string in the place of every match of a pattern.
type replace struct {
	pattern pattern
	content string
}

func parseReplace(text json.RawMessage) (normalizer, error) {
	var f struct {
		Pattern patternFile
		Content string
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	p, err := f.Pattern.compile()
	return replace{p, f.Content}, err
}

func (n replace) normalize(dst, text []byte) ([]byte, bool) {
	cut := false
	for at := 0; ; {
		first, end, ok := n.pattern.next(text, at)
		if !ok {
			return append(dst, text[at:]...), cut
		}
		cut = cut || first == 0 && end > 0 && n.content == ""
		dst = append(append(dst, text[at:first]...), n.content...)
		if end == first { // an empty match: one character stays between it and the next
			size := charSize(text, end)
			if size == 0 {
				return dst, cut
			}
			dst = append(dst, text[end:end+size]...)
			end += size
		}
		at = end
	}
}

// pattern finds matches in texts.
type pattern interface {
	// next returns the first match at or after from.
	next(text []byte, from int) (first, end int, ok bool)
}

// patternFile is a pattern's JSON: a string to be found as it is, or a regular expression.
type patternFile struct {
	String *string
	Regex  *string
}

func (f patternFile) compile() (pattern, error) {
	switch {
	case f.String != nil:
		return literal(*f.String), nil
	case f.Regex != nil:
		return compileRegex(*f.Regex)
	}
	return nil, errors.New("pattern is neither a String nor a Regex")
}

// literal is a pattern without special characters.
type literal string

func (l literal) next(text []byte, from int) (first, end int, ok bool) {
	i := bytes.Index(text[from:], []byte(l))
	if i < 0 || l == "" {
		return 0, 0, false
	}
	return from + i, from + i + len(l), true
}
