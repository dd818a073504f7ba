package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// parquetRows reads the columns of a Parquet file that count, row by row. A column is a plain one or a list; others are
// named, and cannot be chosen.
type parquetRows struct {
	in    io.ReaderAt
	size  int64
	file  *parquet.File
	group int // the next row group
	left  int64
	n     int
	cells []*parquetCells // of the columns that count
}

// newParquetRows opens a file and returns a row of its columns' names.
func newParquetRows(in io.Reader) (*parquetRows, row, error) {
	r, ok := in.(io.ReaderAt)
	size := int64(0)
	var err error
	if ok {
		size, err = in.(io.Seeker).Seek(0, io.SeekEnd)
	}
	if !ok || err != nil {
		return nil, row{}, errors.New("it is Parquet, which is read from a file, not from a stream: name the file with --data")
	}
	p := &parquetRows{in: r, size: size}
	if p.file, err = openParquet(r, size); err != nil {
		return nil, row{}, err
	}
	first := row{line: 1}
	for _, c := range p.file.Root().Columns() {
		if !slices.Contains(first.names, c.Name()) {
			first.names, first.cells, first.odd = append(first.names, c.Name()), append(first.cells, ""), append(first.odd, "")
		}
	}
	if len(first.names) == 0 || p.file.NumRows() == 0 {
		return nil, row{}, io.EOF
	}
	return p, first, nil
}

// parquet opens a Parquet file.
func (f Format) parquet(in io.Reader, name string) (*Reader, error) {
	rows, first, err := newParquetRows(in)
	if err == io.EOF {
		err = errors.New("it is empty: give another file, or make this one again")
	}
	if err != nil {
		return nil, err
	}
	r := &Reader{name: name, skip: f.SkipBad, rows: rows}
	if r.place, err = f.place(first, 0); err != nil {
		return nil, err
	}
	return r, rows.choose(r.place, f.known())
}

// choose says which columns count. known are labels that the numbers of the data set's description may stand for; nil: any.
func (p *parquetRows) choose(l *layout, known []string) error {
	for _, c := range append([]column{l.text, l.pair, l.label}, l.labels...) {
		if !c.there || slices.ContainsFunc(p.cells, func(x *parquetCells) bool { return x.name == c.name }) {
			continue
		}
		leaf := p.file.Root().Column(c.name)
		for leaf != nil && !leaf.Leaf() && len(leaf.Columns()) == 1 {
			leaf = leaf.Columns()[0]
		}
		if leaf == nil || !leaf.Leaf() || leaf.MaxRepetitionLevel() > 1 || leaf.MaxRepetitionLevel() == 0 && len(leaf.Path()) > 1 {
			return fmt.Errorf("column %q has neither plain values nor lists of them: choose another with a flag", c.name)
		}
		x := &parquetCells{leaf: leaf, name: c.name, list: leaf.MaxRepetitionLevel() == 1}
		if c == l.label {
			x.labels = p.classNames(c.name, known)
		}
		p.cells = append(p.cells, x)
	}
	return nil
}

// classNames are the names that the hub's description in the file has for a column's numbers; nil if there are none, or
// others than those that are known.
func (p *parquetRows) classNames(column string, known []string) []string {
	text, _ := p.file.Lookup("huggingface")
	type feature struct {
		Names   []string
		Feature *struct{ Names []string }
	}
	var about struct {
		Info struct{ Features map[string]json.RawMessage }
	}
	var f feature
	if json.Unmarshal([]byte(text), &about) != nil || json.Unmarshal(about.Info.Features[column], &f) != nil {
		return nil
	}
	if f.Feature != nil {
		f.Names = f.Feature.Names
	}
	for _, name := range f.Names {
		if known != nil && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			return nil
		}
	}
	return f.Names
}

// next returns the next row; only the columns that count are in it.
func (p *parquetRows) next() (r row, err error) {
	for p.left == 0 {
		if p.group == len(p.file.Metadata().RowGroups) {
			return row{}, io.EOF
		}
		if err := p.open(); err != nil {
			return row{}, err
		}
	}
	if int64(p.n) > p.size+1000 {
		return row{}, fmt.Errorf("it has more rows than bytes, %d: it is broken; fetch it again", p.size)
	}
	p.left--
	p.n++
	r.line = p.n
	for _, c := range p.cells {
		cell, odd, err := c.next()
		if err != nil {
			return row{}, fmt.Errorf("row %d, column %q: %w", p.n, c.name, err)
		}
		r.names, r.cells, r.odd = append(r.names, c.name), append(r.cells, cell), append(r.odd, odd)
	}
	return r, nil
}

// open begins the next row group.
func (p *parquetRows) open() error {
	g := &p.file.Metadata().RowGroups[p.group]
	p.group++
	p.left = max(0, g.NumRows)
	for _, c := range p.cells {
		if c.leaf.Index() >= len(g.Columns) {
			return errThrift
		}
		if err := c.open(p.in, p.size, &g.Columns[c.leaf.Index()]); err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
	}
	return nil
}
