package recipe

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/atomicfile"
	"ltpbench/model"
	"ltpbench/model/train"
)

// stateFile is the file in Watch.State: a line of JSON, then tensors, and last the SHA-256 of both.
const stateFile = "training.state"

// identity is what determines the bits of weights: a run resumes only if all of it is
// the same. Build, processor and number of threads do not belong to it.
type identity struct {
	Recipe   string // see Recipe.Identity
	Weights  string // hash of the weights begun with
	Config   string // see model.Config.Identity
	Data     string // hash of the training text, the held-out part too
	Teacher  string
	Numerics string // see train.Numerics
}

// Identity returns the recipe as JSON, without what has no effect and without the
// names of models, which their hashes stand for, and of stages.
func (c Recipe) Identity() string {
	c = c.Effective()
	c.Model, c.Teacher = "", ""
	c.Stages = slices.Clone(c.Stages)
	for i := range c.Stages {
		c.Stages[i].Name = ""
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic("recipe: a recipe is always JSON")
	}
	return string(text)
}

// differs names the first thing that is not the same.
func (a *identity) differs(b *identity) string {
	for _, x := range []struct {
		what string
		same bool
	}{
		{"recipe", a.Recipe == b.Recipe}, {"model", a.Weights == b.Weights}, {"training text", a.Data == b.Data},
		{"teacher", a.Teacher == b.Teacher}, {"numerics version of the kernels (" + a.Numerics + ")", a.Numerics == b.Numerics},
	} {
		if !x.same {
			return x.what
		}
	}
	return ""
}

// saved is a run's state. Tensors are the stage's (see train.State), those that
// earlier stages changed and this one leaves alone as fixed/NAME, a cut's
// factors as factor/NAME, and what the Rule had learned as rule/NAME.
type saved struct {
	identity
	Stage   int     // index
	Rule    string  // that the stage was begun with
	Outcome Outcome // of the stages before
	train.State
}

// Forget removes the state that a Watch kept, when what it led to is safe.
func (w *Watch) Forget() error {
	if w.State == "" {
		return nil
	}
	if err := atomicfile.Remove(filepath.Join(w.State, stateFile)); err != nil {
		return err
	}
	if err := os.Remove(w.State); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder of the training's state holds other files and stays: %w", err)
	}
	return nil
}

// write keeps the state.
func (s *saved) write(dir string) error {
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	return atomicfile.Stream(filepath.Join(dir, stateFile), func(w io.Writer) error {
		head, err := json.Marshal(s)
		if err != nil {
			return err
		}
		sum := sha256.New()
		all := io.MultiWriter(w, sum)
		if _, err := all.Write(append(head, '\n')); err != nil {
			return err
		}
		if err := model.WriteTensors(all, s.Tensors, model.F32); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "\n%x\n", sum.Sum(nil))
		return err
	})
}

// readState returns the state in a folder, nil if there is none. A state of
// another run is an error.
func readState(dir string, own identity) (*saved, error) {
	if dir == "" {
		return nil, nil
	}
	path := filepath.Join(dir, stateFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	end := len(data) - 2 - 2*sha256.Size
	if end < 0 || string(data[end:]) != fmt.Sprintf("\n%x\n", sha256.Sum256(data[:end])) {
		return nil, fmt.Errorf("%s is not as it was written: its checksum does not match; remove it to begin the training anew", path)
	}
	head, rest, _ := bytes.Cut(data[:end], []byte("\n"))
	s := &saved{}
	if err := json.Unmarshal(head, s); err != nil {
		return nil, fmt.Errorf("%s: no training state (%w); remove it to start again", path, err)
	}
	if what := s.differs(&own); what != "" {
		return nil, fmt.Errorf("%s: the training that was stopped there has another %s; finish it with the same settings, or remove the folder to start again", path, what)
	}
	if s.Tensors, err = model.ReadTensors(rest); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// take moves the tensors whose names begin with prefix out of s.
func (s *saved) take(prefix string) map[string]model.Tensor {
	taken := map[string]model.Tensor{}
	for name, t := range s.Tensors {
		if own, ok := strings.CutPrefix(name, prefix); ok {
			taken[own] = t
		}
	}
	maps.DeleteFunc(s.Tensors, func(name string, _ model.Tensor) bool { return strings.HasPrefix(name, prefix) })
	return taken
}
