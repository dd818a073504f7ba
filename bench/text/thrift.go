package text

import "errors"

// skimmer walks a structure of Thrift's compact protocol, in which Parquet writes its headers, without building it: a
// library that builds it allocates what a list's length asks for.
type skimmer struct {
	b       []byte
	at      int
	structs int // still allowed
	visit   func(path []int16, v int64)
	err     error
}

var (
	errThrift = errors.New("its headers are broken")
	errCut    = errors.New("its headers are cut")
)

// Most structures of a header, and how deep they nest.
const mostStructs, mostDeep = 200000, 32

// skim walks the structure that b begins with and returns its length. visit, if not nil, receives each whole number with
// the path of field numbers to it, lists left out.
func skim(b []byte, visit func(path []int16, v int64)) (int, error) {
	s := &skimmer{b: b, structs: mostStructs, visit: visit}
	s.fields(nil)
	return s.at, s.err
}

func (s *skimmer) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *skimmer) byte() byte {
	if s.skip(1); s.err != nil {
		return 0
	}
	return s.b[s.at-1]
}

func (s *skimmer) skip(n uint64) {
	if n > uint64(len(s.b)-s.at) {
		s.fail(errCut)
	}
	if s.err == nil {
		s.at += int(n)
	}
}

func (s *skimmer) uvarint() (v uint64) {
	for shift := 0; shift < 64; shift += 7 {
		c := s.byte()
		if v |= uint64(c&0x7f) << shift; c < 0x80 {
			return v
		}
	}
	s.fail(errThrift)
	return 0
}

func (s *skimmer) varint() int64 {
	v := s.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// fields walks a structure to its end.
func (s *skimmer) fields(path []int16) {
	if s.structs--; s.structs < 0 || len(path) > mostDeep {
		s.fail(errThrift)
	}
	id := int16(0)
	for s.err == nil {
		head := s.byte()
		if head == 0 {
			return
		}
		if delta := head >> 4; delta != 0 {
			id += int16(delta)
		} else {
			id = int16(s.varint())
		}
		s.value(head&15, append(path, id), true)
	}
}

// value walks one value. A field's boolean is in its type, an element's takes a byte.
func (s *skimmer) value(kind byte, path []int16, field bool) {
	switch kind {
	case 1, 2:
		if !field {
			s.skip(1)
		} else if s.visit != nil {
			s.visit(path, int64(2-kind))
		}
	case 3:
		s.skip(1)
	case 4, 5, 6:
		if v := s.varint(); s.visit != nil && s.err == nil {
			s.visit(path, v)
		}
	case 7:
		s.skip(8)
	case 8:
		s.skip(s.uvarint())
	case 9, 10:
		head := s.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = s.uvarint()
		}
		s.elements(n, path, head&15)
	case 11:
		if n := s.uvarint(); n > 0 {
			kinds := s.byte()
			s.elements(n, path, kinds>>4, kinds&15)
		}
	case 12:
		s.fields(path)
	default:
		s.fail(errThrift)
	}
}

// elements walks a list's values, or a map's keys and values. Each takes a byte at least.
func (s *skimmer) elements(n uint64, path []int16, kinds ...byte) {
	if n > uint64(len(s.b)-s.at) {
		s.fail(errCut)
	}
	if len(path) > mostDeep {
		s.fail(errThrift)
	}
	visit := s.visit
	s.visit = nil
	for ; n > 0 && s.err == nil; n-- {
		for _, kind := range kinds {
			s.value(kind, append(path, 0), false)
		}
	}
	s.visit = visit
}
