package recipe

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"ltpbench/internal/atomicfile"
	"ltpbench/pruners"
)

// Store is a folder of weights and rules, each under a key that stands for all that determines
// its bits, so that several runs may share it. An entry is there whole or not at all.
type Store string

// Path is an entry's folder.
func (s Store) Path(key string) string { return filepath.Join(string(s), key) }

// Partial is the folder of the state of a training that is to become an entry.
func (s Store) Partial(key string) string { return s.Path(key) + ".partial" }

// Files is the store as files, such as Apply reads.
func (s Store) Files() fs.FS { return os.DirFS(string(s)) }

// Has reports whether there is an entry.
func (s Store) Has(key string) bool {
	_, err := os.Stat(filepath.Join(s.Path(key), noteFile))
	return err == nil
}

// Outcome returns how an entry was made; nil if there is none.
func (s Store) Outcome(key string) (*Outcome, error) { return ReadOutcome(s.Path(key)) }

// Save stores weights.
func (s Store) Save(key string, made *Made) error { return s.put(key, made.Save) }

// put makes an entry. One that another process has made meanwhile has the same bits, and is taken.
func (s Store) put(key string, fill func(dir string) error) error {
	err := atomicfile.Folder(s.Path(key), fill)
	if err != nil && s.Has(key) {
		return nil
	}
	return err
}

// Note stores a rule without weights, and what it has learned.
func (s Store) Note(key string, o *Outcome, rule pruners.Pruner) error {
	o.Pruner, o.Learned = rule.Spec().String(), pruners.StateOf(rule).Hash()
	learned, err := ruleBytes(rule)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	if learned != nil {
		files[ruleFile] = learned
	}
	return s.Put(key, o, files)
}

// Put stores files with a note.
func (s Store) Put(key string, o *Outcome, files map[string][]byte) error {
	note, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	return s.put(key, func(dir string) error {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := atomicfile.Write(filepath.Join(dir, name), files[name]); err != nil {
				return err
			}
		}
		if err := atomicfile.Write(filepath.Join(dir, noteFile), append(note, '\n')); err != nil {
			return err
		}
		return writeSums(dir)
	})
}
