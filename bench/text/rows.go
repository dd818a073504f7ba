package text

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Kind is how a file divides into rows and columns.
type Kind string

// The kinds of files.
const (
	TSV   Kind = "tsv"   // split at tabs, never quoted, as GLUE does
	CSV   Kind = "csv"   // RFC 4180: commas, double quotes, which may enclose line ends
	JSONL Kind = "jsonl" // one JSON object per line
	Lines Kind = "txt"   // each line is one text
)

// Kinds lists the kinds of files.
func Kinds() []string { return []string{string(TSV), string(CSV), string(JSONL), string(Lines)} }

// kindOf finds the kind by the file's name.
func kindOf(name string) (Kind, error) {
	base := strings.ToLower(strings.TrimSuffix(name, ".gz"))
	for suffix, kind := range map[string]Kind{".tsv": TSV, ".tab": TSV, ".csv": CSV, ".jsonl": JSONL, ".ndjson": JSONL, ".txt": Lines} {
		if strings.HasSuffix(base, suffix) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("the format is not clear from its name: choose one with --format: %s", strings.Join(Kinds(), ", "))
}

// row is one record of a file.
type row struct {
	line  int // where it begins, from 1
	cells []string
	names []string // of the cells in JSONL, nil elsewhere
	odd   []string // what a cell of JSONL is, if it is no string: number, boolean, null, list or object
}

// rows reads a file's records in turn; io.EOF ends them. A row is the caller's own. Errors name the line.
type rows interface{ next() (row, error) }

func newRows(r io.Reader, kind Kind) rows {
	lines := &lineReader{in: bufio.NewReaderSize(r, 1<<16)}
	switch kind {
	case TSV:
		return tsvRows{lines}
	case CSV:
		c := csv.NewReader(r)
		c.FieldsPerRecord = -1
		return csvRows{c}
	case JSONL:
		return jsonRows{lines}
	case Lines:
		return textRows{lines}
	}
	panic("tasks: an unknown kind of file")
}

// lineReader reads lines without their ends.
type lineReader struct {
	in *bufio.Reader
	n  int
}

func (l *lineReader) next() (string, error) {
	line, err := l.in.ReadString('\n')
	if err != nil && (err != io.EOF || line == "") {
		return "", err
	}
	l.n++
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}

type tsvRows struct{ *lineReader }

func (r tsvRows) next() (row, error) {
	line, err := r.lineReader.next()
	return row{line: r.n, cells: strings.Split(line, "\t")}, err
}

type textRows struct{ *lineReader }

func (r textRows) next() (row, error) {
	line, err := r.lineReader.next()
	return row{line: r.n, cells: []string{line}}, err
}

type csvRows struct{ *csv.Reader }

func (r csvRows) next() (row, error) {
	cells, err := r.Read()
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		cure := "a quoted cell begins and ends with \" and doubles those inside"
		if bad.StartLine != bad.Line {
			cure += fmt.Sprintf("; this one begins in line %d", bad.StartLine)
		}
		return row{}, fmt.Errorf("line %d, byte %d: %w (CSV): %s; for text without CSV quotes use --format tsv, or write JSONL", bad.Line, bad.Column, bad.Err, cure)
	}
	if err != nil {
		return row{}, err
	}
	line, _ := r.FieldPos(0)
	return row{line: line, cells: cells}, nil
}
