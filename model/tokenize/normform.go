package tokenize

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// form is one of Unicode's normalization forms, by the tables of tokenizers' normalizer, which are older than
// golang.org/x/text's: what is younger stays as it is.
type form struct {
	norm.Form
	unknown charset // what the older tables do not know
}

var (
	nfc  = form{norm.NFC, starter}
	nfd  = form{norm.NFD, starter}
	nfkc = form{norm.NFKC, starter | compatible}
	nfkd = form{norm.NFKD, starter | compatible}
)

func (f form) normalize(dst, text []byte) ([]byte, bool) { return f.append(dst, text), false }

// append appends the form of a text to dst; the text may be a part of dst.
func (f form) append(dst, text []byte) []byte {
	if isASCII(text) {
		return append(dst, text...)
	}
	begin, marks := 0, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		c := classes(r)
		if c&f.unknown != 0 {
			dst = append(f.part(dst, text[begin:i], marks), text[i:i+size]...)
			begin, marks = i+size, 0
		} else if c&(combining|mark) != 0 {
			marks++
		}
		i += size
	}
	return f.part(dst, text[begin:], marks)
}

// mostMarks is how many marks golang.org/x/text lets follow one another before it inserts a character between
// them (Unicode's stream-safe text format), less what a character's decomposition may add.
const mostMarks = 20

func (f form) part(dst, text []byte, marks int) []byte {
	if marks > mostMarks {
		return f.long(dst, text)
	}
	after := dst[len(dst):] // by itself: Append would let the text's first mark go to what dst has
	return append(dst, f.Form.Append(after, text...)...)
}

// long is part for any number of marks: decompose, order by combining class, compose (UAX 15).
func (f form) long(dst, text []byte) []byte {
	type char struct {
		r     rune
		class uint8
	}
	compose := f.Form == norm.NFC || f.Form == norm.NFKC
	apart := norm.NFD
	if f.Form == norm.NFKC || f.Form == norm.NFKD {
		apart = norm.NFKD
	}
	var all []char
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRune(text[i:])
		for _, r := range string(apart.Bytes(text[i : i+size])) {
			c := char{r, norm.NFD.PropertiesString(string(r)).CCC()}
			at := len(all)
			for at > 0 && c.class != 0 && all[at-1].class > c.class {
				at--
			}
			all = append(all, char{})
			copy(all[at+1:], all[at:])
			all[at] = c
		}
		i += size
	}
	if compose {
		out, base := all[:0], -1 // base: where the last starter is
		for _, c := range all {
			blocked := base >= 0 && len(out)-1 > base && (out[len(out)-1].class >= c.class)
			if base >= 0 && !blocked {
				pair := []rune(norm.NFC.String(string([]rune{out[base].r, c.r})))
				if len(pair) == 1 {
					out[base].r = pair[0]
					continue
				}
			}
			if c.class == 0 {
				base = len(out)
			}
			out = append(out, c)
		}
		all = out
	}
	for _, c := range all {
		dst = utf8.AppendRune(dst, c.r)
	}
	return dst
}
