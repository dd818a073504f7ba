package text

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// quotedRows are records as RFC 4180 has them, with any separator: a cell may stand between double quotes, which are
// doubled within it, and may then hold separators and line ends, which stay as they are. Blank lines are passed over.
type quotedRows struct {
	in  *bufio.Reader
	sep string
	n   int // lines read

	further []string // lines of the record under way after its first
	again   []string // lines to be read again, the next one last: what a broken record took for its own

	quoted, doubled, spans int // cells in quotes, quotes doubled in them, line ends within them
}

func (q *quotedRows) next() (row, error) {
	for {
		line, err := q.line()
		if err != nil {
			return row{}, err
		}
		if withoutEnd(line) == "" {
			continue
		}
		first := q.n
		q.further = q.further[:0]
		cells, err := q.cells(line)
		if err != nil { // the record may end anywhere, most likely with its first line
			slices.Reverse(q.further)
			q.again, q.n = append(q.again, q.further...), first
		}
		return row{line: first, cells: cells}, err
	}
}

// line reads a line with its end.
func (q *quotedRows) line() (string, error) {
	if len(q.again) > 0 {
		last := len(q.again) - 1
		line := q.again[last]
		q.again = q.again[:last]
		q.n++
		return line, nil
	}
	line, err := q.in.ReadString('\n')
	if err != nil && (err != io.EOF || line == "") {
		return "", err
	}
	q.n++
	return line, nil
}

// cells divides a record that begins with the given line.
func (q *quotedRows) cells(line string) (cells []string, err error) {
	for rest := line; ; {
		if !strings.HasPrefix(rest, `"`) {
			cell, more, found := strings.Cut(rest, q.sep)
			if !found {
				cell = withoutEnd(rest)
			}
			if at := strings.IndexByte(cell, '"'); at >= 0 {
				return nil, badLine{q.bad(len(line)-len(rest)+at, "bare \" in non-quoted-field", q.n)}
			}
			if cells = append(cells, cell); !found {
				return cells, nil
			}
			rest = more
			continue
		}
		q.quoted++
		first := q.n
		var cell strings.Builder
		for rest = rest[1:]; ; {
			at := strings.IndexByte(rest, '"')
			if at < 0 {
				cell.WriteString(rest)
				q.spans++
				if line, err = q.line(); err == io.EOF {
					return nil, badLine{q.bad(len(rest), "extraneous or missing \" in quoted-field", first)}
				} else if err != nil {
					return nil, err
				}
				q.further = append(q.further, line)
				rest = line
				continue
			}
			cell.WriteString(rest[:at])
			if rest = rest[at+1:]; !strings.HasPrefix(rest, `"`) {
				break
			}
			cell.WriteByte('"')
			rest = rest[1:]
			q.doubled++
		}
		cells = append(cells, cell.String())
		switch more, found := strings.CutPrefix(rest, q.sep); {
		case found:
			rest = more
		case withoutEnd(rest) == "":
			return cells, nil
		default:
			return nil, badLine{q.bad(len(line)-len(rest)-1, "extraneous or missing \" in quoted-field", first)}
		}
	}
}

// bad is the error at a byte, from 0, of the line read last, in a cell that begins in line first.
func (q *quotedRows) bad(at int, what string, first int) error {
	cure := "a quoted cell begins and ends with \" and doubles those inside"
	if first != q.n {
		cure += fmt.Sprintf("; this one begins in line %d", first)
	}
	return fmt.Errorf("line %d, byte %d: %s (CSV): %s; for text without CSV quotes use --no-quote or --format tsv, or write JSONL", q.n, at+1, what, cure)
}

// withoutEnd returns a line without its LF or CR LF.
func withoutEnd(line string) string {
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
}
