package tokenize

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

func classOf(c charset) func(rune) bool { return func(r rune) bool { return classes(r)&c != 0 } }

// escape parses what follows a backslash outside a class.
func (p *regexParser) escape() error {
	if !p.more() {
		return errors.New("it ends with a backslash")
	}
	switch p.text[p.at] {
	case 'b', 'B':
		p.emit(instr{op: opWord, negative: p.text[p.at] == 'B'})
	case 'A':
		p.emit(instr{op: opBegin})
	case 'z':
		p.emit(instr{op: opEnd})
	default:
		set := &charSet{fold: p.fold}
		if err := p.escaped(set, classOf(onigWord)); err != nil {
			return err
		}
		p.emit(instr{op: opChar, set: set})
		return nil
	}
	p.at++
	return nil
}

// wordInClass is \w within brackets, where ½, ² and their like are none.
func wordInClass(r rune) bool {
	const both = word | onigWord
	return classes(r)&both == both
}

// escaped adds to a set what a backslash and what follows it stand for; isWord is \w.
func (p *regexParser) escaped(set *charSet, isWord func(rune) bool) error {
	r := p.rune()
	add := func(has func(rune) bool, negate bool) error {
		set.classes = append(set.classes, classItem{has, negate})
		return nil
	}
	switch r {
	case 's', 'S':
		return add(classOf(white), r == 'S')
	case 'd', 'D':
		return add(classOf(digit), r == 'D')
	case 'w', 'W':
		return add(isWord, r == 'W')
	case 'p', 'P':
		return p.property(set, r == 'P')
	}
	c, err := p.char(r)
	set.ranges = append(set.ranges, [2]rune{c, c})
	return err
}

// char is the character that a backslash and r stand for.
func (p *regexParser) char(r rune) (rune, error) {
	if i := strings.IndexRune("ntrfvae", r); i >= 0 {
		return rune("\n\t\r\f\v\a\x1b"[i]), nil
	}
	hex := ""
	switch {
	case r == 'x' && p.accept("{"):
		end := strings.IndexByte(p.text[p.at:], '}')
		if end < 0 {
			return 0, errors.New("\\x{ is not closed")
		}
		hex = p.text[p.at : p.at+end]
		p.at += end + 1
	case r == 'x' || r == 'u':
		n := 2
		if r == 'u' {
			n = 4
		}
		if p.at+n > len(p.text) {
			return 0, fmt.Errorf("\\%c lacks digits", r)
		}
		hex = p.text[p.at : p.at+n]
		p.at += n
	case r == '0' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
		return 0, fmt.Errorf("\\%c is not supported", r)
	default:
		return r, nil
	}
	n, err := strconv.ParseUint(hex, 16, 21)
	if err != nil || n > unicode.MaxRune {
		return 0, fmt.Errorf("\\%c%s is no character", r, hex)
	}
	return rune(n), nil
}

// property parses {L} or {^Lu} after \p.
func (p *regexParser) property(set *charSet, negate bool) error {
	if !p.accept("{") {
		return errors.New("\\p without {")
	}
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		return errors.New("\\p{ is not closed")
	}
	name := p.text[p.at : p.at+end]
	p.at += end + 1
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, negate = rest, !negate
	}
	var has func(rune) bool
	switch name {
	case "L", "Letter":
		has = classOf(letter)
	case "N", "Number":
		has = classOf(number)
	case "Nd":
		has = classOf(digit)
	default:
		table := unicode.Categories[name]
		if table == nil {
			table = unicode.Scripts[name]
		}
		if table == nil {
			return fmt.Errorf("\\p{%s} is not known", name)
		}
		has = func(r rune) bool { return unicode.Is(table, r) }
	}
	set.classes = append(set.classes, classItem{has, negate})
	return nil
}

// class parses [...] after its bracket.
func (p *regexParser) class() (*charSet, error) {
	if p.nested++; p.nested > mostNested {
		return nil, errors.New("classes are nested too deeply")
	}
	defer func() { p.nested-- }()
	set := &charSet{negate: p.accept("^"), fold: p.fold}
	for first := true; ; first = false {
		if !p.more() {
			return nil, errors.New("a [ is not closed")
		}
		if p.accept("&&") {
			return nil, errors.New("&& in a class is not supported")
		}
		if p.accept("[:") {
			return nil, errors.New("[: in a class is not supported")
		}
		r := p.rune()
		switch {
		case r == ']' && !first:
			return set, nil
		case r == '[':
			inner, err := p.class()
			if err != nil {
				return nil, err
			}
			set.sets = append(set.sets, inner)
			continue
		case r == '\\':
			if !p.more() {
				return nil, errors.New("it ends with a backslash")
			}
			n := len(set.ranges)
			if err := p.escaped(set, wordInClass); err != nil {
				return nil, err
			}
			if len(set.ranges) == n { // a class
				continue
			}
			r = set.ranges[n][0]
			set.ranges = set.ranges[:n]
		}
		last := r
		if strings.HasPrefix(p.text[p.at:], "-") && !strings.HasPrefix(p.text[p.at:], "-]") && p.at+1 < len(p.text) {
			p.at++
			if last = p.rune(); last == '\\' && p.more() {
				var err error
				if last, err = p.char(p.rune()); err != nil {
					return nil, err
				}
			}
			if last < r {
				return nil, fmt.Errorf("the range %c-%c is empty", r, last)
			}
		}
		set.ranges = append(set.ranges, [2]rune{r, last})
	}
}
