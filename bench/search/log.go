package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"ltpbench/internal/atomicfile"
)

// Log is a file with a line for each candidate that was evaluated, in order. A line is on the disk
// before the next candidate begins.
type Log struct {
	f     *os.File
	path  string
	known []Candidate
	read  int // of known, by next
}

// OpenLog opens the log at a path, or begins it. A last line that was cut off is taken away.
func OpenLog(path string) (*Log, error) {
	l := &Log{path: path}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	for i, line := range bytes.Split(data[:max(0, whole-1)], []byte("\n")) {
		var c Candidate
		if whole == 0 {
			break
		}
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, fmt.Errorf("%s: line %d is damaged (%w); remove the file to begin the search anew", path, i+1, err)
		}
		l.known = append(l.known, c)
	}
	step := atomicfile.OpCreate
	if err == nil {
		step = atomicfile.OpTruncate
	}
	if err := atomicfile.Step(step, path); err != nil {
		return nil, err
	}
	if l.f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666); err != nil {
		return nil, err
	}
	if err := l.f.Truncate(int64(whole)); err != nil {
		l.f.Close()
		return nil, err
	}
	return l, nil
}

// Known is how many candidates the log held when it was opened.
func (l *Log) Known() int { return len(l.known) }

// Close closes the file.
func (l *Log) Close() error { return l.f.Close() }

// next returns the log's next candidate, which has to be c; nil past the end.
func (l *Log) next(c Candidate) (*Candidate, error) {
	if l.read == len(l.known) {
		return nil, nil
	}
	found := &l.known[l.read]
	if l.read++; found.Generation != c.Generation || found.Index != c.Index || !slices.Equal(found.Rates, c.Rates) {
		return nil, fmt.Errorf("%s: line %d holds candidate %d of generation %d, %s, where this search draws %s: it is another search's; remove the file to begin the search anew",
			l.path, l.read, found.Index, found.Generation, found.Rates, c.Rates)
	}
	return found, nil
}

// add writes a candidate.
func (l *Log) add(c Candidate) error {
	line, err := json.Marshal(c)
	if err == nil {
		err = atomicfile.Step(atomicfile.OpWrite, l.path)
	}
	if err == nil {
		_, err = l.f.Write(append(line, '\n'))
	}
	if err == nil {
		err = l.f.Sync()
	}
	return err
}

// end reports lines past the search's last candidate.
func (l *Log) end() error {
	if l.read < len(l.known) {
		return fmt.Errorf("%s: line %d is past the search's last candidate: it is another search's; remove the file to begin the search anew", l.path, l.read+1)
	}
	return nil
}
