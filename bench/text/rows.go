package text

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Kind is how a file divides into rows and columns.
type Kind string

// The kinds of files.
const (
	TSV   Kind = "tsv"   // split at tabs, unquoted, as GLUE does, or quoted, as pandas does
	CSV   Kind = "csv"   // RFC 4180: commas, double quotes, which may enclose line ends
	JSONL Kind = "jsonl" // one JSON object per line
	Lines Kind = "txt"   // each line is one text

	Parquet Kind = "parquet" // as the hub serves data sets
)

// Kinds lists the kinds of files.
func Kinds() []string {
	return []string{string(TSV), string(CSV), string(JSONL), string(Parquet), string(Lines)}
}

// kindOf finds the kind by the file's name.
func kindOf(name string) (Kind, error) {
	base := strings.ToLower(strings.TrimSuffix(name, ".gz"))
	if strings.HasSuffix(strings.ToLower(name), ".parquet") {
		return Parquet, nil
	}
	for suffix, kind := range map[string]Kind{".tsv": TSV, ".tab": TSV, ".csv": CSV, ".jsonl": JSONL, ".ndjson": JSONL, ".txt": Lines} {
		if strings.HasSuffix(base, suffix) {
			return kind, nil
		}
	}
	return "", fmt.Errorf("the format is not clear from its name: choose one with --format: %s", strings.Join(Kinds(), ", "))
}

// named reports whether each row comes with its columns' names.
func (k Kind) named() bool { return k == JSONL || k == Parquet }

// row is one record of a file.
type row struct {
	line  int // where it begins, from 1
	cells []string
	names []string // of the cells in JSONL and Parquet, nil elsewhere
	odd   []string // what a cell of JSONL or Parquet is, if it is no string: number, boolean, null, list or object
}

// rows reads a file's records in turn; io.EOF ends them. A row is the caller's own. Errors name the line.
type rows interface{ next() (row, error) }

// newRows divides text as a format says whose kind, separator and quoting are settled.
func newRows(r io.Reader, f Format) rows {
	lines := &lineReader{in: bufio.NewReaderSize(r, 1<<16)}
	switch f.Kind {
	case TSV, CSV:
		if f.Quote == QuoteYes {
			return &quotedRows{in: lines.in, sep: f.Separator}
		}
		return &cutRows{lineReader: lines, sep: f.Separator}
	case JSONL:
		return jsonRows{lines}
	case Lines:
		return textRows{lines}
	}
	panic("text: an unknown kind of file")
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
	return withoutEnd(line), nil
}

// cutRows are lines cut at a separator, without quoting. Blank lines are passed over where rows have several cells.
type cutRows struct {
	*lineReader
	sep  string
	wide bool // the first row has several cells
}

func (r *cutRows) next() (row, error) {
	for {
		line, err := r.lineReader.next()
		if err == nil && line == "" && r.wide {
			continue
		}
		cells := strings.Split(line, r.sep)
		r.wide = r.wide || len(cells) > 1
		return row{line: r.n, cells: cells}, err
	}
}

type textRows struct{ *lineReader }

func (r textRows) next() (row, error) {
	line, err := r.lineReader.next()
	return row{line: r.n, cells: []string{line}}, err
}

// badLine is an error about one line, behind which the file goes on.
type badLine struct{ error }

// Unwrap returns the error.
func (b badLine) Unwrap() error { return b.error }
