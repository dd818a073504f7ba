package tokenize

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// precompiled is SentencePiece's table of replacements: a double array (darts-clone) over the bytes of what is
// replaced, whose values are places in a text of replacements that end with NUL.
type precompiled struct {
	units        []uint32
	replacements []byte
}

func parsePrecompiled(text json.RawMessage) (normalizer, error) {
	var f struct {
		Map string `json:"precompiled_charsmap"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(f.Map)
	if err != nil {
		return nil, errors.New("precompiled_charsmap is not base64")
	}
	if len(data) < 4 {
		return nil, errors.New("precompiled_charsmap is too short")
	}
	size := int64(binary.LittleEndian.Uint32(data))
	if data = data[4:]; size%4 != 0 || size < 4 || size > int64(len(data)) {
		return nil, errors.New("precompiled_charsmap is damaged: its table is longer than itself")
	}
	p := &precompiled{units: make([]uint32, size/4), replacements: data[size:]}
	for i := range p.units {
		p.units[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	if !utf8.Valid(p.replacements) {
		return nil, errors.New("precompiled_charsmap is damaged: its replacements are not UTF-8")
	}
	return p, nil
}

// longestGrapheme is below how many bytes a grapheme is looked up whole.
const longestGrapheme = 6

func (p *precompiled) normalize(dst, text []byte) ([]byte, bool) {
	for len(text) > 0 {
		n := 1
		if text[0] >= utf8.RuneSelf || len(text) > 1 && (text[1] >= utf8.RuneSelf || text[0] == '\r') {
			tokens := graphemes.FromBytes(text)
			tokens.Next()
			n = len(tokens.Value())
		}
		one := text[:n]
		text = text[n:]
		if n < longestGrapheme {
			if to, ok := p.lookup(one); ok {
				dst = append(dst, to...)
				continue
			}
		}
		for len(one) > 0 {
			_, size := utf8.DecodeRune(one)
			if to, ok := p.lookup(one[:size]); ok {
				dst = append(dst, to...)
			} else {
				dst = append(dst, one[:size]...)
			}
			one = one[size:]
		}
	}
	return dst, false
}

// lookup returns the replacement of the shortest entry that text begins with: it stands for the whole text,
// as in tokenizers.
func (p *precompiled) lookup(text []byte) ([]byte, bool) {
	at := offset(p.units[0])
	for _, c := range text {
		if c == 0 {
			break
		}
		at ^= uint32(c)
		if int64(at) >= int64(len(p.units)) {
			return nil, false
		}
		unit := p.units[at]
		if unit&(1<<31|0xff) != uint32(c) {
			return nil, false
		}
		at ^= offset(unit)
		if unit>>8&1 == 0 {
			continue
		}
		if int64(at) >= int64(len(p.units)) {
			return nil, false
		}
		from := p.units[at] & (1<<31 - 1)
		if int64(from) > int64(len(p.replacements)) {
			return nil, false
		}
		to := p.replacements[from:]
		for i, c := range to {
			if c == 0 {
				return to[:i], true
			}
		}
		return to, true
	}
	return nil, false
}

// offset is how far a unit's children are from it.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }
