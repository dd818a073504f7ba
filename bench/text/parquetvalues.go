package text

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A decoder returns the values of a page in turn. Nothing is stored, so a page takes its own bytes whatever it claims.
type decoder func() (parquet.Value, error)

var errPage = errors.New("a page is broken: fetch the file again")

// oldDictionary is the encoding PLAIN_DICTIONARY, as writers of the format's first version name RLE_DICTIONARY.
const oldDictionary format.Encoding = 2

// newDecoder decodes what a page has behind its levels. n is how many values it has at most.
func newDecoder(kind parquet.Kind, how format.Encoding, b []byte, n int64, dictionary []parquet.Value) (decoder, error) {
	switch {
	case how == format.Plain:
		return plain(kind, b), nil
	case how == oldDictionary, how == format.RLEDictionary:
		if len(b) == 0 {
			return func() (v parquet.Value, err error) { return v, errPage }, nil
		}
		indices, err := newHybrid(b[1:], int(b[0]))
		return func() (v parquet.Value, err error) {
			i, err := indices.next()
			if err == nil && i >= uint64(len(dictionary)) {
				err = errPage
			}
			if err == nil {
				v = dictionary[i]
			}
			return v, err
		}, err
	case how == format.RLE && kind == parquet.Boolean:
		if len(b) < 4 {
			return nil, errPage
		}
		bits, err := newHybrid(b[4:], 1)
		return func() (parquet.Value, error) {
			v, err := bits.next()
			return parquet.BooleanValue(v == 1), err
		}, err
	case how == format.DeltaBinaryPacked && (kind == parquet.Int32 || kind == parquet.Int64):
		d, err := newDelta(b)
		return func() (parquet.Value, error) {
			v, err := d.next()
			if kind == parquet.Int32 {
				return parquet.Int32Value(int32(v)), err
			}
			return parquet.Int64Value(v), err
		}, err
	case how == format.DeltaLengthByteArray && kind == parquet.ByteArray:
		texts, err := deltaLength(b, n)
		return func() (parquet.Value, error) {
			s, err := texts()
			return parquet.ByteArrayValue(s), err
		}, err
	case how == format.DeltaByteArray && kind == parquet.ByteArray:
		return deltaTexts(b, n)
	}
	return nil, fmt.Errorf("its encoding %s is not read: write the file with pyarrow's or pandas' defaults", how)
}

// plain decodes values as they are (PLAIN).
func plain(kind parquet.Kind, b []byte) decoder {
	bit := 0
	return func() (v parquet.Value, err error) {
		size := map[parquet.Kind]int{parquet.Int32: 4, parquet.Float: 4, parquet.Int64: 8, parquet.Double: 8, parquet.ByteArray: 4}[kind]
		if kind == parquet.Boolean {
			if bit>>3 >= len(b) {
				return v, errPage
			}
			bit++
			return parquet.BooleanValue(b[(bit-1)>>3]>>((bit-1)&7)&1 == 1), nil
		}
		if size == 0 {
			return v, fmt.Errorf("values of type %s are not read: choose another column", kind)
		}
		if len(b) < size {
			return v, errPage
		}
		at := b
		b = b[size:]
		switch kind {
		case parquet.Int32:
			v = parquet.Int32Value(int32(binary.LittleEndian.Uint32(at)))
		case parquet.Float:
			v = parquet.FloatValue(math.Float32frombits(binary.LittleEndian.Uint32(at)))
		case parquet.Int64:
			v = parquet.Int64Value(int64(binary.LittleEndian.Uint64(at)))
		case parquet.Double:
			v = parquet.DoubleValue(math.Float64frombits(binary.LittleEndian.Uint64(at)))
		default:
			n := binary.LittleEndian.Uint32(at)
			if uint64(n) > uint64(len(b)) {
				return v, errPage
			}
			v, b = parquet.ByteArrayValue(b[:n:n]), b[n:]
		}
		return v, nil
	}
}

// hybrid decodes runs of one value and of packed bits (RLE).
type hybrid struct {
	b      []byte
	width  int
	left   uint64 // of the run
	value  uint64
	packed []byte // the run's bits; nil: value repeats
	bit    int
}

func newHybrid(b []byte, width int) (*hybrid, error) {
	if width > 32 {
		return nil, errPage
	}
	return &hybrid{b: b, width: width}, nil
}

func (h *hybrid) next() (uint64, error) {
	for h.left == 0 {
		head, n := binary.Uvarint(h.b)
		if n <= 0 {
			return 0, errPage
		}
		h.b = h.b[n:]
		if h.packed, h.bit = nil, 0; head&1 == 0 {
			size := (h.width + 7) / 8
			if len(h.b) < size {
				return 0, errPage
			}
			h.value = 0
			for i := range size {
				h.value |= uint64(h.b[i]) << (8 * i)
			}
			h.left, h.b = head>>1, h.b[size:]
			continue
		}
		groups := head >> 1
		if h.width > 0 {
			groups = min(groups, uint64(len(h.b)/h.width+1))
		}
		size := min(groups*uint64(h.width), uint64(len(h.b)))
		h.packed, h.b, h.left = h.b[:size:size], h.b[size:], 8*min(groups, 1<<40)
		if h.width == 0 {
			h.packed, h.value = nil, 0
		}
	}
	h.left--
	if h.packed == nil {
		return h.value, nil
	}
	v, err := bitsAt(h.packed, h.bit, h.width)
	h.bit += h.width
	return v, err
}

// bitsAt reads width bits, the lowest first.
func bitsAt(b []byte, bit, width int) (v uint64, err error) {
	if bit+width > 8*len(b) {
		return 0, errPage
	}
	for have := 0; have < width; {
		take := min(8-bit&7, width-have)
		v |= uint64(b[bit>>3]>>(bit&7)) & (1<<take - 1) << have
		have, bit = have+take, bit+take
	}
	return v, nil
}

// delta decodes differences (DELTA_BINARY_PACKED).
type delta struct {
	b                 []byte
	minis, each       int // miniblocks of a block, and values of each
	left              uint64
	value             int64
	begun             bool
	least             int64
	widths, packed    []byte
	mini, within, bit int
}

func newDelta(b []byte) (*delta, error) {
	var head [3]uint64
	for i := range head {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errPage
		}
		head[i], b = v, b[n:]
	}
	first, n := binary.Varint(b)
	if n <= 0 || head[0] == 0 || head[0] > 1<<16 || head[1] == 0 || head[0]%head[1] != 0 || head[0]/head[1]%8 != 0 {
		return nil, errPage
	}
	d := &delta{b: b[n:], minis: int(head[1]), each: int(head[0] / head[1]), left: head[2], value: first}
	d.mini, d.within = d.minis-1, d.each
	return d, nil
}

func (d *delta) next() (int64, error) {
	if d.left == 0 {
		return 0, errPage
	}
	d.left--
	if !d.begun {
		d.begun = true
		return d.value, nil
	}
	if d.within == d.each {
		if d.mini++; d.mini == d.minis {
			least, n := binary.Varint(d.b)
			if n <= 0 || len(d.b)-n < d.minis {
				return 0, errPage
			}
			d.least, d.widths, d.b, d.mini = least, d.b[n:n+d.minis], d.b[n+d.minis:], 0
		}
		size := int(d.widths[d.mini]) * d.each / 8
		if d.widths[d.mini] > 64 || size > len(d.b) {
			return 0, errPage
		}
		d.packed, d.b, d.within, d.bit = d.b[:size], d.b[size:], 0, 0
	}
	width := int(d.widths[d.mini])
	v, err := bitsAt(d.packed, d.bit, width)
	d.value += d.least + int64(v)
	d.within, d.bit = d.within+1, d.bit+width
	return d.value, err
}

// rest is what comes behind the differences.
func (d delta) rest() ([]byte, error) {
	for d.left > 0 {
		if _, err := d.next(); err != nil {
			return nil, err
		}
	}
	return d.b, nil
}

// deltaLength decodes texts whose lengths come first (DELTA_LENGTH_BYTE_ARRAY).
func deltaLength(b []byte, n int64) (func() ([]byte, error), error) {
	lengths, err := newDelta(b)
	if err != nil || lengths.left > uint64(n) {
		return nil, errPage
	}
	if b, err = lengths.rest(); err != nil {
		return nil, err
	}
	return func() ([]byte, error) {
		n, err := lengths.next()
		if err != nil || n < 0 || n > int64(len(b)) {
			return nil, errPage
		}
		s := b[:n:n]
		b = b[n:]
		return s, nil
	}, nil
}

// deltaTexts decodes texts that begin as the one before does (DELTA_BYTE_ARRAY).
func deltaTexts(b []byte, n int64) (decoder, error) {
	prefixes, err := newDelta(b)
	if err != nil || prefixes.left > uint64(n) {
		return nil, errPage
	}
	if b, err = prefixes.rest(); err != nil {
		return nil, err
	}
	suffixes, err := deltaLength(b, n)
	var last []byte
	made := 0
	return func() (v parquet.Value, err error) {
		shared, err := prefixes.next()
		if err != nil || shared < 0 || shared > int64(len(last)) {
			return v, errPage
		}
		more, err := suffixes()
		if made += int(shared) + len(more); err != nil || made > mostPage {
			return v, errPage
		}
		last = append(last[:shared:shared], more...)
		return parquet.ByteArrayValue(last), nil
	}, err
}
