package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ltpbench/results"
)

// recordable says early why record will fail.
func recordable(path string, config []results.Key) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return unwritable(path, results.Free(path))
	}
	if err != nil {
		return fmt.Errorf("-o %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("-o %s is no file: name a file", path)
	}
	old, err := results.Read(path)
	if err != nil || len(old.Points) == 0 {
		return fmt.Errorf("-o %s is there and no record of ltpbench: name another file", path)
	}
	if err := goesOn(old, config); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return unwritable(path, err)
	}
	return f.Close()
}

// goesOn says why a record cannot go on with what has this configuration: its head
// would be wrong about it.
func goesOn(old *results.Record, config []results.Key) error {
	if key, was, is := old.Differs(config); key != "" {
		return fmt.Errorf("-o %s was begun with %s %q, and this is with %q: name another file", old.Path, key, was, is)
	}
	return nil
}

// record begins a record with a point, or adds the point to one that is there.
func record(path string, config []results.Key, p results.Point) error {
	w, err := results.Create(path, config)
	if _, there := os.Stat(path); err != nil && there == nil {
		old, bad := results.Read(path)
		if bad != nil {
			return bad
		}
		if err := goesOn(old, config); err != nil {
			return err
		}
		w, err = results.Resume(path, len(old.Points))
	}
	if err != nil {
		return err
	}
	return errors.Join(w.Add(p), w.Close())
}
