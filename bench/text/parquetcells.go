package text

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetCells are the values of one column.
type parquetCells struct {
	leaf   *parquet.Column
	name   string
	list   bool
	labels []string // what its numbers stand for, by the data set's description

	in         io.ReaderAt // of the open row group:
	at, end    int64       // where the next page is, and where the last ends
	kind       parquet.Kind
	codec      format.CompressionCodec
	total      int64 // bytes so far
	dictionary []parquet.Value

	left                     int64 // values of the open page
	repetitions, definitions *hybrid
	values                   decoder
	ahead                    *level // of the next value, if it was looked at
}

// level is where a value belongs.
type level struct{ repetition, definition uint64 }

var errEnds = errors.New("the column ends too early: the file is broken; fetch it again")

// open begins a row group.
func (c *parquetCells) open(in io.ReaderAt, size int64, about *format.ColumnChunk) error {
	m := &about.MetaData
	begin := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 && d < begin {
		begin = d
	}
	switch {
	case about.FilePath != "":
		return errors.New("its values are in another file: write them into one")
	case begin < 4 || m.TotalCompressedSize < 0 || begin > size || m.TotalCompressedSize > size-begin:
		return errThrift
	}
	switch m.Codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Zstd:
	default:
		return fmt.Errorf("it is compressed by %s, which is not read: write it with snappy, gzip, zstd or no compression, as df.to_parquet(path, compression=\"snappy\")", m.Codec)
	}
	c.in, c.at, c.end, c.codec, c.kind = in, begin, begin+m.TotalCompressedSize, m.Codec, parquet.Kind(m.Type)
	c.dictionary, c.left, c.ahead = nil, 0, nil
	return nil
}

// page opens the next page with values; false at the row group's end.
func (c *parquetCells) page() (bool, error) {
	for c.left == 0 {
		if c.at >= c.end {
			return false, nil
		}
		h, n, err := headerAt(c.in, c.at, c.end)
		if err != nil {
			return false, err
		}
		c.at += n
		if err := h.check(c.end - c.at); err != nil {
			return false, err
		}
		if c.total += h.uncompressed; c.total > mostText {
			return false, errors.New("decompressed it is too large")
		}
		b := make([]byte, h.compressed)
		if _, err := c.in.ReadAt(b, c.at); err != nil {
			return false, err
		}
		c.at += h.compressed
		if err := c.decode(&h, b); err != nil {
			return false, err
		}
	}
	return true, nil
}

// decode takes a page apart: a dictionary, or the levels and values of either version of data pages.
func (c *parquetCells) decode(h *pageHeader, b []byte) (err error) {
	levels := h.definitions + h.repetitions
	data := b[levels:]
	if c.codec != format.Uncompressed && !h.plain {
		if data, err = decompress(c.codec, data, h.uncompressed-levels); err != nil {
			return err
		}
	}
	take := func(most int, v2 []byte) (*hybrid, error) {
		if most == 0 {
			return nil, nil
		}
		if format.PageType(h.kind) == format.DataPage {
			if len(data) < 4 || uint64(binary.LittleEndian.Uint32(data)) > uint64(len(data)-4) {
				return nil, errPage
			}
			n := 4 + binary.LittleEndian.Uint32(data)
			v2, data = data[4:n], data[n:]
		}
		return newHybrid(v2, bits.Len(uint(most)))
	}
	switch format.PageType(h.kind) {
	case format.DictionaryPage:
		if len(data) > mostPage/4 { // a value takes more room than its bytes
			return errLarge
		}
		next := plain(c.kind, data)
		for range min(h.values, int64(len(data))+1) {
			v, err := next()
			if err != nil {
				return err
			}
			c.dictionary = append(c.dictionary, v)
		}
	case format.DataPage, format.DataPageV2:
		if c.repetitions, err = take(c.leaf.MaxRepetitionLevel(), b[:h.repetitions]); err != nil {
			return err
		}
		if c.definitions, err = take(c.leaf.MaxDefinitionLevel(), b[h.repetitions:levels]); err != nil {
			return err
		}
		c.left = h.values
		c.values, err = newDecoder(c.kind, h.encoding, data, h.values, c.dictionary)
	}
	return err
}

// peek looks at where the next value belongs; nil at the row group's end.
func (c *parquetCells) peek() (*level, error) {
	if c.ahead != nil {
		return c.ahead, nil
	}
	if more, err := c.page(); err != nil || !more {
		return nil, err
	}
	c.left--
	l := &level{}
	var err error
	if c.repetitions != nil {
		if l.repetition, err = c.repetitions.next(); err != nil {
			return nil, err
		}
	}
	if c.definitions != nil {
		if l.definition, err = c.definitions.next(); err != nil {
			return nil, err
		}
	}
	c.ahead = l
	return l, nil
}

// value takes the value that was looked at; null where the levels say that there is none.
func (c *parquetCells) value() (v parquet.Value, err error) {
	l := c.ahead
	c.ahead = nil
	if l.definition < uint64(c.leaf.MaxDefinitionLevel()) {
		return v, nil
	}
	return c.values()
}

// next returns the cell of the next row.
func (c *parquetCells) next() (cell, odd string, err error) {
	if l, err := c.peek(); err != nil || l == nil {
		return "", "", cmp.Or(err, errEnds)
	}
	if !c.list {
		v, err := c.value()
		if err != nil {
			return "", "", err
		}
		return c.text(v)
	}
	var list bytes.Buffer
	for first := true; ; first = false {
		l, err := c.peek()
		if err != nil {
			return "", "", err
		}
		if l == nil || !first && l.repetition == 0 {
			break
		}
		v, err := c.value()
		if err != nil {
			return "", "", err
		}
		if v.IsNull() {
			continue // an empty list, or nothing in it
		}
		item, odd, err := c.text(v)
		if err != nil {
			return "", "", err
		}
		if odd == "" {
			quoted, err := json.Marshal(item)
			if err != nil {
				return "", "", err
			}
			item = string(quoted)
		}
		if list.Len() > 0 {
			list.WriteByte(',')
		}
		if list.WriteString(item); list.Len() > mostLine {
			return "", "", fmt.Errorf("a list is longer than %d MiB", mostLine>>20)
		}
	}
	return "[" + list.String() + "]", "a list", nil
}

// text is a value as JSON would have it, and what it is if it is no string.
func (c *parquetCells) text(v parquet.Value) (cell, odd string, err error) {
	whole := func(n int64) (string, string, error) {
		if n >= 0 && n < int64(len(c.labels)) {
			return c.labels[n], "", nil
		}
		return strconv.FormatInt(n, 10), "a number", nil
	}
	real := func(x float64, bits int) (string, string, error) {
		s := strconv.FormatFloat(x, 'g', -1, bits)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return s, "a number", nil
	}
	switch {
	case v.IsNull():
		return "null", "null", nil
	case v.Kind() == parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), "a boolean", nil
	case v.Kind() == parquet.Int32:
		return whole(int64(v.Int32()))
	case v.Kind() == parquet.Int64:
		return whole(v.Int64())
	case v.Kind() == parquet.Float:
		return real(float64(v.Float()), 32)
	case v.Kind() == parquet.Double:
		return real(v.Double(), 64)
	case v.Kind() == parquet.ByteArray:
		b := v.ByteArray()
		switch {
		case len(b) > mostLine:
			return "", "", fmt.Errorf("a text is longer than %d MiB", mostLine>>20)
		case !utf8.Valid(b):
			return "", "", errors.New("it is not UTF-8: write the column as strings")
		case bytes.IndexByte(b, 0) >= 0:
			return "", "", errors.New("a NUL byte: this is no text; choose another column")
		}
		return string(b), "", nil
	}
	return "", "a value of type " + v.Kind().String(), nil
}
