package text

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// The library that decodes Parquet allocates what a file claims, in its headers and in its pages. So it reads no more than the
// description at the file's end, after that was looked through, and decompresses no more than a page may have; pages are
// decoded here.

// mostPage is how many bytes a page has at most, and mostFooter the file's description.
const mostPage, mostFooter = 64 << 20, 16 << 20

// openParquet opens a file whose description is as it should be.
func openParquet(r io.ReaderAt, size int64) (f *parquet.File, err error) {
	if err := checkFooter(r, size); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // the library takes its description for granted
			f, err = nil, fmt.Errorf("its description is broken (%v): fetch it again", p)
		}
	}()
	return parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
}

// checkFooter looks through the description at a Parquet file's end.
func checkFooter(r io.ReaderAt, size int64) error {
	var head, tail [8]byte
	if size < 12 {
		return errors.New("it is too short for Parquet: fetch it again")
	}
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return err
	}
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	switch {
	case string(head[:4]) == "PARE" || string(tail[4:]) == "PARE":
		return errors.New("it is encrypted: write it without encryption")
	case string(head[:4]) != "PAR1":
		return errors.New("it does not begin as Parquet does: give the file's kind with --format, or fetch it again")
	case string(tail[4:]) != "PAR1":
		return errors.New("it does not end as Parquet does, so it was cut: fetch it again")
	case n > mostFooter:
		return fmt.Errorf("its description has %d MiB, more than %d: write it with larger row groups", n>>20, mostFooter>>20)
	case n > size-12:
		return errCut
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-8-n); err != nil {
		return err
	}
	_, err := skim(footer, nil)
	return err
}

// pageHeader is what matters of a page's header.
type pageHeader struct {
	kind, uncompressed, compressed, values int64
	encoding                               format.Encoding
	definitions, repetitions               int64 // bytes of levels in version 2, which are never compressed
	plain                                  bool  // the data is not compressed
}

// headerAt reads a page's header and returns its length.
func headerAt(r io.ReaderAt, at, end int64) (h pageHeader, n int64, err error) {
	for room := int64(1 << 8); ; room <<= 4 {
		b := make([]byte, min(room, end-at))
		if _, err := r.ReadAt(b, at); err != nil {
			return h, 0, err
		}
		h = pageHeader{}
		n, err := skim(b, h.set)
		if err == errCut && int64(len(b)) < end-at && room < mostFooter {
			continue
		}
		return h, int64(n), err
	}
}

// set takes a number of the header: its own, or those of the header of a kind of page within it (5, 7 and 8).
func (h *pageHeader) set(path []int16, v int64) {
	field := path[len(path)-1]
	if len(path) == 1 {
		if to := map[int16]*int64{1: &h.kind, 2: &h.uncompressed, 3: &h.compressed}[field]; to != nil {
			*to = v
		}
		return
	}
	if len(path) > 2 || path[0] != 5 && path[0] != 7 && path[0] != 8 {
		return
	}
	second := path[0] == 8
	switch {
	case field == 1:
		h.values = v
	case field == 2 && !second, field == 4 && second:
		h.encoding = format.Encoding(v)
	case field == 5 && second:
		h.definitions = v
	case field == 6 && second:
		h.repetitions = v
	case field == 7 && second:
		h.plain = v == 0
	}
}

// check reports a page that is too large, or not as it should be; room is what the column has behind its header.
func (h *pageHeader) check(room int64) error {
	if h.uncompressed > mostPage || h.compressed > mostPage || h.values > mostPage {
		return errLarge
	}
	if least := min(h.uncompressed, h.compressed, h.values, h.definitions, h.repetitions); least < 0 || h.compressed > room || h.definitions+h.repetitions > min(h.compressed, h.uncompressed) {
		return errPage
	}
	return nil
}

var errLarge = fmt.Errorf("a page has more than %d MiB: write smaller ones, as df.to_parquet(path, row_group_size=100)", mostPage>>20)

// decompress returns a page's data, which has size bytes.
func decompress(codec format.CompressionCodec, data []byte, size int64) (out []byte, err error) {
	if largest(codec, data) > mostPage+1<<17 {
		return nil, errLarge
	}
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, errPage
		}
	}()
	if out, err = parquet.LookupCompressionCodec(codec).Decode(make([]byte, size), data); err != nil || int64(len(out)) != size {
		return nil, errPage
	}
	return out, nil
}
