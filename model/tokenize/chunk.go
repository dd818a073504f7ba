package tokenize

// chunkSize is how many bytes of a long text are tokenised at once, where a limit makes more than that unlikely to
// matter.
const chunkSize = 1 << 15

// chunk returns where a long text may be cut: before a blank between two ASCII letters or digits, which no part of
// a tokenizer with chunks looks across. It is the text's length if there is no such place.
func chunk(text []byte) int {
	for i := chunkSize; i+1 < len(text); i++ {
		if text[i] == ' ' && plain(text[i-1]) && plain(text[i+1]) {
			return i
		}
	}
	return len(text)
}

func plain(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// last is text for truncation at the beginning: it goes through the chunks from the end.
func (t *Tokenizer) last(s *scratch, to []int32, text []byte, limit int) []int32 {
	var starts []int
	for at := 0; at < len(text); at += chunk(text[at:]) {
		starts = append(starts, at)
	}
	end, n := len(text), 0
	var parts [][]int32
	for i := len(starts) - 1; i >= 0 && n <= limit; i-- {
		ids := t.section(s, nil, text[starts[i]:end], i == 0)
		parts, end, n = append(parts, ids), starts[i], n+len(ids)
	}
	for i := len(parts) - 1; i >= 0; i-- {
		to = append(to, parts[i]...)
	}
	return to
}

// chunkable reports whether no part looks across a blank between two words of ASCII letters.
func (t *Tokenizer) chunkable() bool {
	for _, a := range t.added.list {
		if a.RStrip || hasBlank(a.Content) {
			return false
		}
	}
	return wordwise(t.normalizer) && separates(t.preTokenizer)
}

func hasBlank(text string) bool {
	for _, r := range text {
		if isWhite(r) {
			return true
		}
	}
	return false
}

// wordwise reports whether a normalizer changes words without regard to others.
func wordwise(n normalizer) bool {
	switch n := n.(type) {
	case nil, bertNormalizer, form, lowercase, stripAccents, nmt, *precompiled:
		return true
	case replace:
		l, ok := n.pattern.(literal)
		return ok && !hasBlank(string(l))
	case normalizerSequence:
		for _, one := range n {
			if !wordwise(one) {
				return false
			}
		}
		return true
	}
	return false
}

// separates reports whether a pre-tokenizer begins a piece at every blank before a word.
func separates(p preTokenizer) bool {
	switch p := p.(type) {
	case bertWords, whitespace:
		return true
	case classSplit:
		return p.class == white
	case *byteLevel:
		return p.regex
	case *metaspace:
		return !p.whole
	case preTokenizerSequence:
		return len(p) > 0 && separates(p[0])
	}
	return false
}
