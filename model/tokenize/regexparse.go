package tokenize

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// regex is a regular expression as Oniguruma reads it, as far as tokenizers' patterns need: characters, classes,
// groups, alternatives, repetitions (greedy, lazy, possessive), anchors, look-ahead and look-behind of one
// character. Others are refused.
type regex struct {
	prog     []instr
	source   string
	matchers sync.Pool
}

type opcode uint8

const (
	opChar  opcode = iota // one character of set
	opSplit               // continue at x, and where that fails at y
	opJump                // continue at x
	opLook                // the program up to x must match here (or must not, if negative); then x
	opBack                // the character before must be of set (or must not, if negative)
	opBegin               // the beginning of the text or, with set's line, of a line
	opEnd                 // its end
	opWord                // a word's boundary (or none, if negative)
	opAtom                // the program up to x matches here in its first way only; then x
	opMatch
)

type instr struct {
	op       opcode
	set      *charSet
	x, y     int
	negative bool
}

// most instructions that a pattern may have, and most nested groups.
const (
	mostInstructions = 4096
	mostNested       = 50
)

type regexParser struct {
	text   string
	at     int
	prog   []instr
	fold   bool
	nested int
}

// compileRegex reads a pattern. Errors name what of it is not supported.
func compileRegex(text string) (pattern, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("regex: not UTF-8")
	}
	p := &regexParser{text: text}
	if err := p.alternatives(); err != nil {
		return nil, fmt.Errorf("regex %q: %w", text, err)
	}
	if p.at < len(text) {
		return nil, fmt.Errorf("regex %q: unexpected )", text)
	}
	p.emit(instr{op: opMatch})
	for _, i := range p.prog {
		if i.set != nil {
			i.set.prepare()
		}
	}
	return &regex{prog: p.prog, source: text}, nil
}

func (p *regexParser) emit(i instr) int {
	p.prog = append(p.prog, i)
	return len(p.prog) - 1
}

func (p *regexParser) more() bool { return p.at < len(p.text) }

func (p *regexParser) accept(s string) bool {
	if strings.HasPrefix(p.text[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *regexParser) rune() rune {
	r, size := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += size
	return r
}

// alternatives parses a|b|c up to a closing parenthesis or the end.
func (p *regexParser) alternatives() error {
	if p.nested++; p.nested > mostNested {
		return errors.New("groups are nested too deeply")
	}
	defer func(fold bool) { p.fold = fold; p.nested-- }(p.fold)
	var ends []int
	for {
		start := len(p.prog)
		for p.more() && p.text[p.at] != '|' && p.text[p.at] != ')' {
			if err := p.repeated(); err != nil {
				return err
			}
			if len(p.prog) > mostInstructions {
				return errors.New("it is too long")
			}
		}
		if !p.accept("|") {
			break
		}
		p.insert(start, instr{op: opSplit, x: start + 1, y: len(p.prog) + 2})
		ends = append(ends, p.emit(instr{op: opJump}))
	}
	for _, e := range ends {
		p.prog[e].x = len(p.prog)
	}
	return nil
}

// insert puts an instruction before those from at on, whose targets move with them.
func (p *regexParser) insert(at int, i instr) {
	p.prog = append(p.prog, instr{})
	copy(p.prog[at+1:], p.prog[at:])
	p.prog[at] = i
	for j := at + 1; j < len(p.prog); j++ {
		if p.prog[j].x >= at && p.prog[j].op != opChar {
			p.prog[j].x++
		}
		if p.prog[j].op == opSplit && p.prog[j].y >= at {
			p.prog[j].y++
		}
	}
}

// item parses one character, class, group or anchor.
func (p *regexParser) item() error {
	switch r := p.rune(); r {
	case '(':
		return p.group()
	case '[':
		set, err := p.class()
		if err != nil {
			return err
		}
		p.emit(instr{op: opChar, set: set})
	case '.':
		p.emit(instr{op: opChar, set: &charSet{ranges: [][2]rune{{'\n', '\n'}}, negate: true}})
	case '^':
		p.emit(instr{op: opBegin, negative: true})
	case '$':
		p.emit(instr{op: opEnd, negative: true})
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return fmt.Errorf("nothing before %c", r)
	default:
		p.emit(instr{op: opChar, set: &charSet{ranges: [][2]rune{{r, r}}, fold: p.fold}})
	}
	return nil
}

// group parses what stands between parentheses.
func (p *regexParser) group() error {
	start, op, negative := len(p.prog), opMatch, false
	switch {
	case p.accept("?:"):
	case p.accept("?i:"):
		defer func(fold bool) { p.fold = fold }(p.fold)
		p.fold = true
	case p.accept("?i)"):
		p.fold = true
		return nil
	case p.accept("?>"):
		op = opAtom
	case p.accept("?="):
		op = opLook
	case p.accept("?!"):
		op, negative = opLook, true
	case p.accept("?<="):
		op = opBack
	case p.accept("?<!"):
		op, negative = opBack, true
	case p.accept("?"):
		return errors.New("this kind of group is not supported: (?" + p.text[p.at:min(len(p.text), p.at+2)])
	}
	if err := p.alternatives(); err != nil {
		return err
	}
	if !p.accept(")") {
		return errors.New("a ( is not closed")
	}
	switch op {
	case opBack:
		if len(p.prog) != start+1 || p.prog[start].op != opChar {
			return errors.New("look-behind of other than one character is not supported")
		}
		p.prog[start].op, p.prog[start].negative = opBack, negative
	case opLook, opAtom:
		p.insert(start, instr{op: op, negative: negative, x: len(p.prog) + 2})
		p.emit(instr{op: opMatch})
	}
	return nil
}
