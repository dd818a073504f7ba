package tokenize

import (
	"encoding/json"
	"fmt"
)

// normalizer rewrites a text before it is split: a part of tokenizer.json's normalizer.
type normalizer interface {
	// normalize appends the normalised text to dst, which does not overlap it. cut means that characters at the
	// text's very beginning were dropped.
	normalize(dst, text []byte) (_ []byte, cut bool)
}

// normalizers by the type that tokenizer.json names. They are called with the JSON of one normalizer.
var normalizers = map[string]func(json.RawMessage) (normalizer, error){
	"BertNormalizer": parseBertNormalizer,
	"NFC":            func(json.RawMessage) (normalizer, error) { return nfc, nil },
	"NFD":            func(json.RawMessage) (normalizer, error) { return nfd, nil },
	"NFKC":           func(json.RawMessage) (normalizer, error) { return nfkc, nil },
	"NFKD":           func(json.RawMessage) (normalizer, error) { return nfkd, nil },
	"Lowercase":      func(json.RawMessage) (normalizer, error) { return lowercase{}, nil },
	"StripAccents":   func(json.RawMessage) (normalizer, error) { return stripAccents{}, nil },
	"Nmt":            func(json.RawMessage) (normalizer, error) { return nmt{}, nil },
	"Strip":          parseStrip,
	"Prepend":        parsePrepend,
	"Replace":        parseReplace,
	"Precompiled":    parsePrecompiled,
	"ByteLevel":      func(json.RawMessage) (normalizer, error) { return byteAlphabet{}, nil },
}

func init() { normalizers["Sequence"] = parseNormalizerSequence } // it refers to the map

// parseNormalizer reads tokenizer.json's normalizer; null is nil.
func parseNormalizer(text json.RawMessage) (normalizer, error) {
	if isNull(text) {
		return nil, nil
	}
	kind, err := typeOf(text)
	if err != nil {
		return nil, err
	}
	parse, ok := normalizers[kind]
	if !ok {
		return nil, unsupported(kind, normalizers)
	}
	n, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return n, nil
}

// normalizerSequence applies one after another.
type normalizerSequence []normalizer

func parseNormalizerSequence(text json.RawMessage) (normalizer, error) {
	var f struct{ Normalizers []json.RawMessage }
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	var all normalizerSequence
	for i, one := range f.Normalizers {
		n, err := parseNormalizer(one)
		if err != nil {
			return nil, fmt.Errorf("normalizers[%d]: %w", i, err)
		}
		if n != nil {
			all = append(all, n)
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (s normalizerSequence) normalize(dst, text []byte) ([]byte, bool) {
	start, cut := len(dst), false
	for _, n := range s {
		from := len(dst)
		var dropped bool
		dst, dropped = n.normalize(dst, text)
		text, cut = dst[from:len(dst):len(dst)], cut || dropped
	}
	if len(s) == 0 {
		return append(dst, text...), false
	}
	return append(dst[:start], text...), cut
}
