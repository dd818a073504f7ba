package text

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Open reads a whole split of a task from dir/<task's name>/<file>, or dir/<file>, or the same with .gz. Labels
// are -1 where the split has none. Errors name the file, the line and what to do.
func Open(dir string, t *Task, split string) ([]Example, error) {
	path, file, err := t.locate(dir, split, false)
	if err != nil {
		return nil, err
	}
	_, all, err := ReadFile(path, Format{Task: t, Unlabelled: file.Label == ""})
	return all, err
}

// Measured reads the task's labelled splits but train, as far as they are in the folder: what training text must
// not share a text with.
func (t *Task) Measured(dir string) ([][]Example, error) {
	var all [][]Example
	for _, split := range t.SplitNames() {
		path, file, err := t.locate(dir, split, false)
		if err != nil || split == "train" || file.Label == "" {
			continue // it isn't there
		}
		_, list, err := ReadFile(path, Format{Task: t})
		if err != nil {
			return nil, err
		}
		all = append(all, list)
	}
	return all, nil
}

// locate finds a split's file in a folder: the task's own, or one that has the task's as a part.
func (t *Task) locate(dir, split string, unlabelled bool) (string, File, error) {
	if split == "" {
		split = "dev"
		if _, ok := t.Splits[split]; !ok {
			split = "test"
		}
	}
	var tried []string
	for _, f := range t.Splits[split] {
		for _, path := range []string{filepath.Join(dir, t.Name, f.Name), filepath.Join(dir, f.Name)} {
			for _, full := range []string{path, path + ".gz"} {
				if _, err := os.Stat(full); !errors.Is(err, fs.ErrNotExist) {
					return full, f, nil // any other error comes up again when it is opened
				}
			}
			tried = append(tried, path)
		}
	}
	if split == "test" && t.Withheld != "" {
		for _, path := range []string{filepath.Join(dir, t.Name, t.Withheld), filepath.Join(dir, t.Withheld)} {
			if _, err := os.Stat(path); err == nil {
				if unlabelled {
					return path, File{}, nil
				}
				return "", File{}, t.withheld(path)
			}
		}
	}
	if tried == nil {
		return "", File{}, fmt.Errorf("%s has no split %q: choose one of %s", t.Name, split, strings.Join(t.SplitNames(), ", "))
	}
	return "", File{}, fmt.Errorf("there is no %s, nor the same with .gz: name the data folder, in which %s is one, or a file", strings.Join(tried, " or "), t.Name)
}

func (t *Task) withheld(path string) error {
	return fmt.Errorf("%s: GLUE keeps the labels of %s's test set to itself: measure on the dev set; `ltpbench predict` labels the test set", path, t.Name)
}

// names reports whether one of the task's own files is called so.
func (t *Task) names(file string) bool {
	if t == nil {
		return false
	}
	file = strings.TrimSuffix(file, ".gz")
	for _, split := range t.Splits {
		if slices.ContainsFunc(split, func(f File) bool { return f.Name == file }) {
			return true
		}
	}
	return false
}

// file describes how a file of that name is laid out; there may be nothing to say. Nil is no task.
func (t *Task) file(name string, unlabelled bool) (File, bool) {
	if t == nil || len(t.Splits) == 0 {
		return File{}, false
	}
	name = strings.TrimSuffix(name, ".gz")
	for _, split := range t.Splits {
		for _, f := range split {
			if f.Name == name {
				return f, true
			}
		}
	}
	if kind, err := kindOf(name); err == nil && kind != TSV || unlabelled {
		return File{}, false
	}
	for _, split := range []string{"dev", "test"} {
		if list := t.Splits[split]; len(list) > 0 {
			return list[0], true
		}
	}
	return File{}, false
}
