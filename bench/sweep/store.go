package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
	"ltpbench/internal/atomicfile"
	"ltpbench/model"
	"ltpbench/model/train"
)

// keepEvery is how often a training under way is stored: what a crash loses at most.
const keepEvery = 20 * time.Second

// store is the folder that holds the cells' weights and rules, each under a name that
// stands for all that it depends on. An entry is there whole or not at all.
type store struct{ dir string }

// noteFile is each entry's account of how it was made, written last.
const noteFile = "training.json"

var errAbsent = errors.New("not in the store")

// recipeKey is the name of what a recipe makes from some weights.
func (m *maker) recipeKey(r recipe.Recipe, from *model.Checkpoint) (string, error) {
	in := recipe.Input{Weights: from, Words: m.words}
	if err := m.teacher(&r, &in); err != nil || in.Teacher == nil {
		return m.key(r.Identity(), from), err
	}
	return m.key(r.Identity()+" "+m.hash(in.Teacher), from), nil
}

// key is the name of what is made from some weights, the subject's text and another
// thing that determines it. Build, processor and number of threads do not belong to it,
// so that another build or machine finds what has the same bits.
func (m *maker) key(what string, from *model.Checkpoint) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s %s %s %s", what, m.hash(from), text.Hash(m.text.train), text.Hash(m.text.held), train.Numerics(m.device)))
	return hex.EncodeToString(sum[:8])
}

// hash stands for weights; it is found once for each.
func (m *maker) hash(c *model.Checkpoint) string {
	if m.hashes[c] == "" {
		m.hashes[c] = c.Hash()
	}
	return m.hashes[c]
}

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
