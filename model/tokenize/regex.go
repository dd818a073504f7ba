package tokenize

import (
	"fmt"
	"unicode/utf8"
)

// A match may take so many steps, and so many for each byte that follows: a pattern that needs more runs in
// exponential time.
const (
	mostSteps     = 100000
	stepsForAByte = 10
)

// next implements pattern. The alternatives that are written first win, as in Oniguruma. It panics with an
// errSlow where a match takes too many steps; Encode returns that.
func (x *regex) next(text []byte, from int) (first, end int, ok bool) {
	m, _ := x.matchers.Get().(*matcher)
	if m == nil {
		m = &matcher{prog: x.prog}
	}
	m.text = text
	for at := from; at <= len(text); {
		m.steps = mostSteps + stepsForAByte*(len(text)-at)
		if end := m.run(0, at); end >= 0 {
			x.matchers.Put(m)
			return at, end, true
		}
		if m.steps < 0 {
			panic(errSlow(x.source))
		}
		at += max(1, charSize(text, at))
	}
	x.matchers.Put(m)
	return 0, 0, false
}

// errSlow is a pattern that takes too long on a text.
type errSlow string

func (e errSlow) Error() string {
	return fmt.Sprintf("the pattern %q of tokenizer.json takes too long on this text; shorten the text", string(e))
}

// charSize is the length of the character at a place; 0 at the end.
func charSize(text []byte, at int) int {
	_, size := utf8.DecodeRune(text[at:])
	return size
}

type matcher struct {
	prog  []instr
	text  []byte
	steps int
	stack []thread
}

type thread struct{ pc, at int }

// run matches the program from pc on at a place and returns where the match ends, or -1.
func (m *matcher) run(pc, at int) int {
	bottom := len(m.stack)
	m.stack = append(m.stack, thread{pc, at})
	for len(m.stack) > bottom {
		t := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		if end := m.follow(t.pc, t.at); end >= 0 || m.steps < 0 {
			m.stack = m.stack[:bottom]
			return end
		}
	}
	return -1
}

// follow runs one thread to its end; other ways are left on the stack.
func (m *matcher) follow(pc, at int) int {
	for {
		if m.steps--; m.steps < 0 {
			return -1
		}
		i := &m.prog[pc]
		pc++
		switch i.op {
		case opMatch:
			return at
		case opChar:
			if at >= len(m.text) {
				return -1
			}
			if c := m.text[at]; c < utf8.RuneSelf {
				if !i.set.ascii[c] {
					return -1
				}
				at++
				continue
			}
			r, size := utf8.DecodeRune(m.text[at:])
			if !i.set.has(r) {
				return -1
			}
			at += size
		case opSplit:
			m.stack = append(m.stack, thread{i.y, at})
			pc = i.x
		case opJump:
			pc = i.x
		case opLook:
			if found := m.run(pc, at) >= 0; found == i.negative {
				return -1
			}
			pc = i.x
		case opAtom:
			if at = m.run(pc, at); at < 0 {
				return -1
			}
			pc = i.x
		case opBack:
			r, size := utf8.DecodeLastRune(m.text[:at])
			if (size > 0 && i.set.has(r)) == i.negative {
				return -1
			}
		case opBegin: // of a line, if negative
			if at > 0 && !(i.negative && m.text[at-1] == '\n') {
				return -1
			}
		case opEnd:
			if at < len(m.text) && !(i.negative && m.text[at] == '\n') {
				return -1
			}
		case opWord:
			before, n := utf8.DecodeLastRune(m.text[:at])
			after, k := utf8.DecodeRune(m.text[at:])
			is := (n > 0 && classes(before)&onigWord != 0) != (k > 0 && classes(after)&onigWord != 0)
			if is == i.negative {
				return -1
			}
		}
	}
}
