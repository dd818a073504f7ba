package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

// recordable reports early why record will fail.
func recordable(path string, config []results.Key) error {
	if path == "" {
		return nil
	}
	target, err := atomicfile.TargetOf(path)
	if err != nil || target.Through {
		return unwritable(path, err)
	}
	_, err = os.Stat(target.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return unwritable(path, atomicfile.Check(target.Path)) // a file there, even for a moment, would be in the way of another process
	}
	if err != nil {
		return fmt.Errorf("-o %w", err)
	}
	old, err := results.Read(target.Path)
	if err != nil || len(old.Points) == 0 && old.Damage() == nil {
		return fmt.Errorf("-o %s exists and is not an ltpbench record: choose another file", path)
	}
	if err := continues(old, config); err != nil {
		return err
	}
	f, err := os.OpenFile(target.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return unwritable(path, err)
	}
	return f.Close()
}

// continues returns why a point of this configuration cannot be added to a record: the
// record's configuration would be wrong about it.
func continues(old *results.Record, config []results.Key) error {
	if err := old.Damage(); err != nil {
		return fmt.Errorf("-o %w: restore the file from a copy, or choose another", err)
	}
	if key, was, is := old.Differs(config); key != "" {
		return fmt.Errorf("-o %s has %s %q, and this run has %q: choose another file", old.Path, key, was, is)
	}
	return nil
}

// record starts a record with a point, or adds the point to an existing one. What is no
// file (a device, a FIFO) gets a whole record.
func record(path string, config []results.Key, p results.Point) error {
	target, err := atomicfile.TargetOf(path)
	if err != nil {
		return unwritable(path, err)
	}
	if target.Through {
		return unwritable(path, atomicfile.Stream(path, func(w io.Writer) error { return results.Write(w, config, p) }))
	}
	path = target.Path
	lock, err := lockRecord(path)
	if err != nil {
		return err
	}
	err = grow(path, config, p)
	return errors.Join(err, lock.Remove())
}

// grow begins a record, which is there whole or not at all, or adds a line to the one that is there.
func grow(path string, config []results.Key, p results.Point) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return atomicfile.Stream(path, func(w io.Writer) error { return results.Write(w, config, p) })
	}
	old, err := results.Read(path)
	if err == nil {
		err = continues(old, config)
	}
	if err != nil {
		return err
	}
	w, err := old.Resume(len(old.Points))
	if err != nil {
		return err
	}
	return errors.Join(w.Add(p), w.Close())
}

// lockRecord waits until no other process adds to the record.
func lockRecord(path string) (*atomicfile.FileLock, error) {
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	for begin := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		lock, err := atomicfile.Lock(name)
		if err == nil || !errors.Is(err, atomicfile.ErrLocked) {
			return lock, unwritable(path, err)
		}
		if time.Since(begin) > time.Minute {
			return nil, fmt.Errorf("-o %s: another process has held %s for a minute; end it, or choose another file", path, name)
		}
	}
}
