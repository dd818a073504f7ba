package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/internal/atomicfile"
)

// keepEvery is how often a training under way is stored: what a crash loses at most.
const keepEvery = 20 * time.Second

// store is the folder that holds the cells' weights and rules, each under a name that
// stands for all that it depends on. An entry is there whole or not at all.
type store struct{ dir string }

// noteFile is each entry's account of how it was made, written last.
const noteFile = "training.json"

var errAbsent = errors.New("not in the store")

func (s store) path(name string) string    { return filepath.Join(s.dir, name) }
func (s store) partial(name string) string { return s.path(name) + ".partial" }
func (s store) files() fs.FS               { return os.DirFS(s.dir) }

func (s store) has(name string) bool {
	_, err := os.Stat(filepath.Join(s.path(name), noteFile))
	return err == nil
}

// outcome reads how an entry was made; errAbsent if there is none.
func (s store) outcome(name string) (*recipe.Outcome, error) {
	path := filepath.Join(s.path(name), noteFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, err
	}
	o := &recipe.Outcome{}
	if err := json.Unmarshal(text, o); err != nil {
		return nil, fmt.Errorf("%s: %w; remove the folder to make it again", path, err)
	}
	return o, nil
}

// save stores weights.
func (s store) save(name string, made *recipe.Made) error {
	return atomicfile.Folder(s.path(name), made.Save)
}

// note stores a rule without weights.
func (s store) note(name string, o *recipe.Outcome) error {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Folder(s.path(name), func(dir string) error { return atomicfile.Write(filepath.Join(dir, noteFile), append(text, '\n')) })
}
