package tokenize

import (
	"errors"
	"strconv"
	"strings"
)

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
