package tokenize

import (
	"container/heap"
	"unicode"
	"unicode/utf8"
)

// byteBPE is RoBERTa's model: words by GPT-2's pattern, their bytes merged pair
// by pair in the order of the merges' ranks (Sennrich et al., arXiv 1508.07909).
type byteBPE struct {
	bytes  [256]int32 // id of each single byte
	merges map[[2]int32]merge
	prefix bool // a blank is put before a text that has none
}

type merge struct{ rank, id int32 }

func (m *byteBPE) ids(to []int32, text string) []int32 {
	if m.prefix && text != "" && text[0] != ' ' {
		text = " " + text
	}
	for text != "" {
		n := nextWord(text)
		to = m.word(to, text[:n])
		text = text[n:]
	}
	return to
}

// nextWord returns the length of the first match of GPT-2's pattern
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func nextWord(text string) int {
	if text[0] == '\'' && len(text) > 1 {
		switch text[1] {
		case 's', 't', 'm', 'd':
			return 2
		case 'r', 'v', 'l':
			if len(text) > 2 && (text[1:3] == "re" || text[1:3] == "ve" || text[1:3] == "ll") {
				return 3
			}
		}
	}
	at := 0
	if text[0] == ' ' {
		at = 1
	}
	if r, _ := utf8.DecodeRuneInString(text[at:]); at < len(text) && !unicode.IsSpace(r) {
		kind := class(r)
		for i, r := range text[at:] {
			if unicode.IsSpace(r) || class(r) != kind {
				return at + i
			}
		}
		return len(text)
	}
	last := 0 // where the last character of the white space begins
	for i, r := range text {
		if !unicode.IsSpace(r) {
			if last > 0 {
				return last
			}
			return i
		}
		last = i
	}
	return len(text)
}

// class tells letters, numbers and everything else apart.
func class(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsNumber(r):
		return 2
	}
	return 0
}

// symbol is a piece of a word in a list that merging shortens.
type symbol struct {
	id         int32
	prev, next int
	dead       bool
}

// pair is a possible merge of the symbol at `at` with the one after it.
type pair struct {
	merge
	at    int
	left  int32 // what the two were when this was noted
	right int32
}

type queue []pair

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].rank < q[j].rank || q[i].rank == q[j].rank && q[i].at < q[j].at
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(pair)) }
func (q *queue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}

// word merges the bytes of one word, with a heap: in O(n log n).
func (m *byteBPE) word(to []int32, word string) []int32 {
	s := make([]symbol, len(word))
	var q queue
	note := func(i int) {
		if i < 0 || s[i].next >= len(s) {
			return
		}
		l, r := s[i].id, s[s[i].next].id
		if found, ok := m.merges[[2]int32{l, r}]; ok {
			heap.Push(&q, pair{found, i, l, r})
		}
	}
	for i := range s {
		s[i] = symbol{id: m.bytes[word[i]], prev: i - 1, next: i + 1}
	}
	for i := range s {
		note(i)
	}
	for len(q) > 0 {
		p := heap.Pop(&q).(pair)
		a := &s[p.at]
		if a.dead || a.id != p.left || a.next >= len(s) || s[a.next].id != p.right {
			continue
		}
		b := &s[a.next]
		a.id, a.next, b.dead = p.id, b.next, true
		if a.next < len(s) {
			s[a.next].prev = p.at
		}
		note(a.prev)
		note(p.at)
	}
	for i := 0; i < len(s); i = s[i].next {
		to = append(to, s[i].id)
	}
	return to
}

// byteRunes is the printable character that stands for each byte in vocabularies.
func byteRunes() (runes [256]rune) {
	next := rune(256)
	for b := range 256 {
		if b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae {
			runes[b] = rune(b)
			continue
		}
		runes[b] = next
		next++
	}
	return runes
}
