package text

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// cleanText returns a file's text: decompressed if it is gzip, without a byte order mark, and UTF-8 for sure.
// The first byte that is not ends the text with an error that names the line and the cure. name is the file's.
func cleanText(r io.Reader, name string) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	zipped := strings.HasSuffix(name, ".gz")
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%w; the file is broken: fetch it again", err)
		}
		in = bufio.NewReaderSize(&bounded{z, mostText}, 1<<16)
	} else if zipped && len(head) > 0 {
		return nil, errors.New("it is not compressed, though its name ends in .gz: rename it or fetch it again")
	}
	switch head, _ := in.Peek(3); {
	case bytes.HasPrefix(head, []byte("\ufeff")):
		in.Discard(3)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, errors.New("it is UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`")
	}
	return &utf8Reader{in: in, line: 1}, nil
}

// utf8Reader hands on what is UTF-8.
type utf8Reader struct {
	in   *bufio.Reader
	good int // bytes at the front of in that are known to be UTF-8
	line int
	long int // bytes of the line so far
	err  error
}

// bounded is a reader that fails behind so many bytes.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errors.New("decompressed it is too large")
	}
	return n, err
}

func (u *utf8Reader) Read(p []byte) (int, error) {
	if u.good == 0 {
		u.look()
	}
	if u.err != nil {
		return 0, u.err
	}
	b, _ := u.in.Peek(min(len(p), u.good))
	n := copy(p, b)
	u.in.Discard(n)
	u.good -= n
	u.line += bytes.Count(p[:n], []byte("\n"))
	if last := bytes.LastIndexByte(p[:n], '\n'); last >= 0 {
		u.long = n - last
	} else if u.long += n; u.long > mostLine {
		u.err = fmt.Errorf("line %d is longer than %d MiB: this is no text of one example per line", u.line, mostLine>>20)
		return 0, u.err
	}
	return n, nil
}

// look finds out how much of what comes next is UTF-8; if nothing is, err explains why.
func (u *utf8Reader) look() {
	if _, err := u.in.Peek(1); err != nil {
		if err != io.EOF {
			err = fmt.Errorf("line %d: %w; the file is cut or broken: fetch it again", u.line, err)
		}
		u.err = err
		return
	}
	b, _ := u.in.Peek(u.in.Buffered())
	if u.good = valid(b); u.good > 0 {
		return
	}
	b, _ = u.in.Peek(utf8.UTFMax) // a character may reach over the buffer's end
	if u.good = valid(b); u.good > 0 {
		return
	}
	if b[0] == 0 {
		u.err = fmt.Errorf("line %d: a NUL byte: this is no text, or it is UTF-16; convert it with `iconv -f UTF-16LE -t UTF-8`", u.line)
		return
	}
	u.err = fmt.Errorf("line %d: byte 0x%02x is not UTF-8: convert the file, perhaps with `iconv -f WINDOWS-1252 -t UTF-8`; if only some lines are in another encoding, fix those", u.line, b[0])
}

// valid is the length of the longest UTF-8 text without a NUL that b begins with.
func valid(b []byte) int {
	n := 0
	for n < len(b) {
		if b[n] != 0 && b[n] < utf8.RuneSelf {
			n++
			continue
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			break
		}
		n += size
	}
	return n
}
