package tasks

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Open reads a whole split of a task from dir/<task's name>/<file> or the same with .gz. Errors name the
// file, the line and what to do.
func Open(dir string, t *Task, split string) ([]Example, error) {
	f, ok := t.Splits[split]
	if !ok {
		return nil, fmt.Errorf("%s has no split %q: choose one of %s", t.Name, split, strings.Join(t.SplitNames(), ", "))
	}
	path := filepath.Join(dir, t.Name, f.Name)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if file, err = os.Open(path + ".gz"); err == nil {
			path += ".gz"
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s, nor the same with .gz: name the data folder, in which %s is one", path, t.Name)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w; fetch it again", path, err)
		}
	}
	examples, err := t.Read(r, f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return examples, nil
}

// Read reads lines laid out as f says. A byte order mark in front and carriage returns at line ends are
// dropped; everything else is the text's own, quotes included. Errors name the line.
func (t *Task) Read(r io.Reader, f File) ([]Example, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	var layout *columns
	if !f.Header {
		layout = f.numbered()
	}
	var all []Example
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if err == io.EOF && line == "" {
			break
		}
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("line %d: %w; fetch the file again", n, err)
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("line %d: not UTF-8; convert the file", n)
		}
		cells := strings.Split(line, "\t")
		if layout == nil {
			if layout, err = f.named(cells); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			continue
		}
		e, err := t.example(cells, layout)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no example in it; fetch the file again")
	}
	return all, nil
}

// columns are where a line's parts stand, counted from 0; -1 for a part that the file does not have.
type columns struct {
	text, pair, label int
	least, most       int
}

func (f File) numbered() *columns {
	at := func(column string) int {
		if column == "" {
			return -1
		}
		n, err := strconv.Atoi(column)
		if err != nil || n < 1 || n > f.Least {
			panic("tasks: a column of a file without header is not a number from 1 to Least")
		}
		return n - 1
	}
	return &columns{at(f.Text), at(f.Pair), at(f.Label), f.Least, f.Most}
}

func (f File) named(header []string) (*columns, error) {
	var missing []string
	at := func(column string) int {
		i := slices.Index(header, column)
		if column != "" && i < 0 {
			missing = append(missing, strconv.Quote(column))
		}
		return i
	}
	c := &columns{at(f.Text), -1, -1, len(header), len(header)}
	if f.Pair != "" {
		c.pair = at(f.Pair)
	}
	if f.Label != "" {
		c.label = at(f.Label)
	}
	if missing != nil {
		return nil, fmt.Errorf("no column %s in the header, which has %q: the file is another one, or lacks its header line", strings.Join(missing, ", "), header)
	}
	return c, nil
}

func (t *Task) example(cells []string, at *columns) (Example, error) {
	if len(cells) < at.least || len(cells) > at.most {
		return Example{}, fmt.Errorf("%d columns instead of %d: texts must not contain tabs or line ends", len(cells), at.least)
	}
	e := Example{Text: cells[at.text], Label: -1}
	if at.pair >= 0 {
		e.Pair, e.HasPair = cells[at.pair], true
	}
	if at.label < 0 {
		return e, nil
	}
	cell := cells[at.label]
	if t.Regression() {
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(v >= t.Low && v <= t.High) || math.IsInf(v, 0) {
			return Example{}, fmt.Errorf("score %q is not a number from %g to %g", cell, t.Low, t.High)
		}
		e.Score, e.Label = v, 0
		return e, nil
	}
	e.Label = slices.Index(t.Labels, cell)
	if n, err := strconv.Atoi(cell); e.Label < 0 && t.Numbered && err == nil && n >= 0 && n < len(t.Labels) {
		e.Label = n
	}
	if e.Label < 0 {
		known := strings.Join(t.Labels, ", ")
		if t.Numbered {
			known += fmt.Sprintf(", or 0 to %d", len(t.Labels)-1)
		}
		return Example{}, fmt.Errorf("unknown label %q: %s has %s", cell, t.Name, known)
	}
	return e, nil
}
