package tokenize

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
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

// charSet is a set of characters.
type charSet struct {
	ranges  [][2]rune
	classes []classItem
	sets    []*charSet // members, too
	negate  bool
	fold    bool
	ascii   [128]bool // has of each, once prepared
}

type classItem struct {
	has    func(rune) bool
	negate bool
}

// prepare fills ascii.
func (s *charSet) prepare() {
	for r := range rune(len(s.ascii)) {
		s.ascii[r] = s.has(r)
	}
}

func (s *charSet) has(r rune) bool {
	if s.one(r) {
		return !s.negate
	}
	if s.fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			if s.one(f) {
				return !s.negate
			}
		}
	}
	return s.negate
}

func (s *charSet) one(r rune) bool {
	for _, x := range s.ranges {
		if r >= x[0] && r <= x[1] {
			return true
		}
	}
	for _, c := range s.classes {
		if c.has(r) != c.negate {
			return true
		}
	}
	for _, m := range s.sets {
		if m.has(r) {
			return true
		}
	}
	return false
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

// repeated parses one item with its quantifier.
func (p *regexParser) repeated() error {
	start := len(p.prog)
	if err := p.item(); err != nil {
		return err
	}
	for p.more() {
		least, most := 0, -1
		interval := false
		switch {
		case p.accept("*"):
		case p.accept("+"):
			least = 1
		case p.accept("?"):
			most = 1
		case p.text[p.at] == '{':
			ok := false
			if least, most, ok = p.interval(); !ok {
				return nil
			}
			interval = true
		default:
			return nil
		}
		lazy, possessive := p.accept("?"), false
		if !lazy && !interval {
			possessive = p.accept("+")
		}
		if err := p.repeat(start, least, most, lazy); err != nil {
			return err
		}
		if possessive {
			p.insert(start, instr{op: opAtom, x: len(p.prog) + 2})
			p.emit(instr{op: opMatch})
		}
	}
	return nil
}

// interval reads {m}, {m,}, {,n} or {m,n}; anything else is an ordinary brace.
func (p *regexParser) interval() (least, most int, ok bool) {
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		return 0, 0, false
	}
	low, high, comma := strings.Cut(p.text[p.at+1:p.at+end], ",")
	least, err := strconv.Atoi(low)
	if low == "" && comma {
		err = nil
	}
	most = least
	if comma {
		if most = -1; high != "" && err == nil {
			most, err = strconv.Atoi(high)
		}
	}
	if err != nil || least < 0 || most >= 0 && most < least || max(least, most) > 1000 || low == "" && high == "" {
		return 0, 0, false
	}
	p.at += end + 1
	return least, most, true
}

// repeat makes the program from start on match least to most times; most < 0 is any number.
func (p *regexParser) repeat(start, least, most int, lazy bool) error {
	body := append([]instr(nil), p.prog[start:]...)
	copies := max(least, most)
	if most < 0 {
		copies = least + 1
	}
	if copies*(len(body)+2) > mostInstructions {
		return errors.New("a repetition makes it too long")
	}
	p.prog = p.prog[:start]
	split := func(enter, leave int) instr {
		if lazy {
			return instr{op: opSplit, x: leave, y: enter}
		}
		return instr{op: opSplit, x: enter, y: leave}
	}
	paste := func() { p.prog = append(p.prog, moved(body, len(p.prog)-start)...) }
	for range least {
		paste()
	}
	if most < 0 {
		if m := (&matcher{prog: append(moved(body, -start), instr{op: opMatch}), steps: mostSteps}); m.run(0, 0) >= 0 {
			return errors.New("a repetition of what may be empty is not supported")
		}
		at := p.emit(instr{})
		paste()
		p.emit(instr{op: opJump, x: at})
		p.prog[at] = split(at+1, len(p.prog))
		return nil
	}
	var optional []int
	for range most - least {
		optional = append(optional, p.emit(instr{}))
		paste()
	}
	for _, at := range optional {
		p.prog[at] = split(at+1, len(p.prog))
	}
	return nil
}

// moved is a part of a program at another place.
func moved(body []instr, by int) []instr {
	body = append([]instr(nil), body...)
	for i := range body {
		body[i].x += by
		body[i].y += by
	}
	return body
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
