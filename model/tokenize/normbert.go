package tokenize

import (
	"encoding/json"
	"unicode/utf8"
)

// bertNormalizer is BERT's: each step is on or off.
type bertNormalizer struct {
	clean        bool // drop control characters, make white space blanks
	spaceChinese bool // Chinese characters are separate words
	stripAccents bool
	lower        bool
}

// bertNormalizerFile is its JSON. strip_accents may be null: then it is as lowercase.
type bertNormalizerFile struct {
	Type    string `json:"type"`
	Clean   bool   `json:"clean_text"`
	Chinese bool   `json:"handle_chinese_chars"`
	Accents *bool  `json:"strip_accents"`
	Lower   bool   `json:"lowercase"`
}

func parseBertNormalizer(text json.RawMessage) (normalizer, error) {
	var f bertNormalizerFile
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	n := bertNormalizer{f.Clean, f.Chinese, f.Lower, f.Lower}
	if f.Accents != nil {
		n.stripAccents = *f.Accents
	}
	return n, nil
}

func (n bertNormalizer) normalize(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	dst, done, cut := n.ascii(dst, text)
	if done == len(text) {
		return dst, cut
	}
	// A mark may belong to the last ASCII character, but never moves in front of it.
	text = text[done:]
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		c := classes(r)
		if n.clean && c&control != 0 {
			cut = cut || len(dst) == start
			text = text[size:]
			continue
		}
		if n.clean && c&white != 0 {
			r = ' '
		}
		if n.spaceChinese && chinese(r) {
			dst = append(utf8.AppendRune(append(dst, ' '), r), ' ')
		} else {
			dst = utf8.AppendRune(dst, r)
		}
		text = text[size:]
	}
	if n.stripAccents {
		from := len(dst)
		dst = nfd.append(dst, dst[start:])
		dst, cut = dropClass(dst, start, from, mark, cut)
	}
	if n.lower {
		from := len(dst)
		for rest := dst[start:]; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			dst = appendLower(dst, r)
			rest = rest[size:]
		}
		dst = append(dst[:start], dst[from:]...)
	}
	return dst, cut
}

// dropClass moves dst[from:], without the characters of a class, to start.
func dropClass(dst []byte, start, from int, c charset, cut bool) ([]byte, bool) {
	to := start
	for i := from; i < len(dst); {
		r, size := utf8.DecodeRune(dst[i:])
		if classes(r)&c == 0 {
			to += copy(dst[to:], dst[i:i+size])
		} else {
			cut = cut || to == start
		}
		i += size
	}
	return dst[:to], cut
}

// ascii appends the text's beginning, as far as it is ASCII, and returns its length.
func (n bertNormalizer) ascii(dst, text []byte) (_ []byte, done int, cut bool) {
	start := len(dst)
	for i, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			return dst, i, cut
		case c >= 'A' && c <= 'Z':
			if n.lower {
				c += 'a' - 'A'
			}
		case c < ' ' || c == 0x7f:
			if n.clean {
				if ascii[c]&control != 0 {
					cut = cut || len(dst) == start
					continue
				}
				c = ' '
			}
		}
		dst = append(dst, c)
	}
	return dst, len(text), cut
}

// chinese covers the CJK ranges that BERT's own tokenizer lists.
func chinese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2B73F || r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}
