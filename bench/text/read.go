package text

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ltpbench/internal/inputs"
)

// ReadFile reads a whole file of labelled text, plain or compressed by gzip; with Format.Task, path may also be
// a folder with the task's files. The task that it returns has the file's labels, or those that the format
// gives, and says in Found how the file was read. Errors name the file, the line, the label or column, what
// exists, and the flag that helps.
func ReadFile(path string, f Format) (*Task, []Example, error) {
	path, err := Path(path, f)
	if err != nil {
		return nil, nil, err
	}
	if path == "-" {
		return nil, nil, errors.New("labelled text is read from a file, not from standard input: save it, and name the file")
	}
	file, err := OpenFile(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	return read(file, path, f)
}

// OpenFile opens a regular file of text that is not too large.
func OpenFile(path string) (*os.File, error) {
	err := inputs.CheckPath(path, mostText)
	if err == nil {
		return os.Open(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: name an existing file", err)
	}
	return nil, err
}

// mostText is how many bytes a file of text, decompressed, has at most, and mostLine a line of it.
const mostText, mostLine = 4 << 30, 16 << 20

// Path is the file that ReadFile reads: path itself or, if that is a folder, the file of the task's split in it.
func Path(path string, f Format) (string, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return path, nil // what is not there comes up when it is opened
	}
	if f.Task == nil || len(f.Task.Splits) == 0 {
		return "", fmt.Errorf("%s is a folder: name a file, or choose the task with --task", path)
	}
	path, _, err := f.Task.locate(path, f.Split, f.Unlabelled)
	return path, err
}

func read(in io.Reader, name string, f Format) (*Task, []Example, error) {
	r, err := newReader(in, name, f)
	if err != nil {
		if t := f.Task; t != nil && t.Withheld != "" && strings.TrimSuffix(filepath.Base(name), ".gz") == t.Withheld && !f.Unlabelled {
			return nil, nil, t.withheld(name)
		}
		return nil, nil, err
	}
	var all []labelled
	for {
		x, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		x.label = strings.TrimSpace(x.label)
		all = append(all, x)
	}
	if len(all) == 0 && r.skipped > 0 {
		return nil, nil, fmt.Errorf("%s: no example of it can be read, %d lines are bad and skipped: leave --skip-bad-lines out to see what is wrong with one", name, r.skipped)
	}
	task, examples, err := f.finish(r.place, all)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if task.Name == "" {
		task.Name, _, _ = strings.Cut(filepath.Base(name), ".")
		task.source = cmp.Or(task.source, name)
	}
	task.Pair = r.place.pair.there
	task.Found = name + ": " + task.Found
	if more := r.Found(); more != "" {
		task.Found, task.Noted = task.Found+"; "+more, true
	}
	return task, examples, nil
}

// finish finds the labels, and whether the first row is an example where the row alone did not tell.
func (f Format) finish(place *layout, all []labelled) (*Task, []Example, error) {
	if place.header == HeaderAuto {
		header, err := headed(all)
		if err != nil {
			return nil, nil, err
		}
		if header {
			all, place.header = all[1:], HeaderYes
		}
	}
	if len(all) == 0 {
		return nil, nil, errors.New("there is no example in it, only a header: give another file, or make this one again")
	}
	task := &Task{}
	dropped := 0
	if !f.Unlabelled {
		var err error
		if scores := f.Regression || f.Task != nil && f.Task.Regression(); !scores {
			if !f.atOnce() {
				f.wholeNumbers(all)
			}
			if all, dropped, err = f.drop(all); err != nil {
				return nil, nil, err
			}
		}
		if f.atOnce() {
			task, err = f.several(place.columns(), all)
		} else {
			task, err = f.task(all)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	examples := make([]Example, len(all))
	for i := range all {
		switch {
		case f.Unlabelled:
		case task.Several:
			all[i].Label = 0
		default:
			if err := task.read(&all[i]); err != nil {
				return nil, nil, err
			}
		}
		examples[i] = all[i].Example
	}
	task.Found = fmt.Sprintf("%d examples; text %s", len(all), place.text)
	if place.pair.there {
		task.Found += fmt.Sprintf(", pair %s", place.pair)
	}
	if place.label.there {
		renamed := f.renamed(task)
		task.Noted = task.Noted || renamed != ""
		task.Found += fmt.Sprintf(", label %s; %s%s", place.labelNames(), task.account(examples), renamed)
	}
	if task.leading != nil {
		task.Found += "; labels are the numbers that the names begin with, not indices"
		task.Noted = true
	}
	if dropped > 0 {
		task.Found += fmt.Sprintf("; %d without a label (-1 or -) dropped", dropped)
		task.Noted = true
	}
	if place.header != HeaderYes {
		task.Found += "; no header"
	}
	return task, examples, nil
}

// headed reports whether the first of several rows is a header, by the label column. It is one for sure if its
// label is no number and all others are, and none if its label comes again or is a number too.
func headed(all []labelled) (bool, error) {
	number := func(x labelled) bool { _, err := strconv.ParseFloat(x.label, 64); return err == nil }
	first, rest := all[0], all[1:]
	numbers := 0
	for _, x := range rest {
		if x.label == first.label {
			return false, nil
		}
		if number(x) {
			numbers++
		}
	}
	switch {
	case number(first) && numbers == len(rest):
		return false, nil
	case !number(first) && numbers == len(rest) && len(rest) > 0:
		return true, nil
	}
	return false, fmt.Errorf("line %d: does it have column names? Use --header or --no-header", first.line)
}
