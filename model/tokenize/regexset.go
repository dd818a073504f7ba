package tokenize

import "unicode"

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
