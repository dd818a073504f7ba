package recipe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"ltpbench/model"
	"ltpbench/pruners"
)

// ruleFile holds what a rule has learned, as tensors pruner.NAME beside the weights.
const ruleFile, ruleTensor = "pruner.safetensors", "pruner."

// Rule returns the rule to run weights with that were saved in a folder of files: what
// training.json says, with what is learned.
func (o *Outcome) Rule(files fs.FS, dir string) (pruners.Pruner, error) {
	if strings.Contains(o.Pruner, "file=") { // wherever on the disk that is
		return nil, fmt.Errorf("its rule %s names a file: a model's folder has to be whole; write the values into the rule, or give the rule with --pruner", o.Pruner)
	}
	p, err := pruners.Parse(o.Pruner)
	if err != nil {
		return nil, err
	}
	name := path.Join(dir, ruleFile)
	data, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) && o.Learned == "" {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	tensors, err := model.ReadTensors(data)
	if err == nil {
		s := stateOf(tensors, ruleTensor)
		if hash := s.Hash(); hash != o.Learned {
			err = fmt.Errorf("its hash is %s, and the training.json beside it names %s: the two are not of one training", hash, o.Learned)
		} else {
			p, err = pruners.WithState(p, s)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// ruleBytes is the file of what a rule has learned; nil if it has learned nothing.
func ruleBytes(p pruners.Pruner) ([]byte, error) {
	s := pruners.StateOf(p)
	if s == nil {
		return nil, nil
	}
	var file bytes.Buffer
	err := model.WriteTensors(&file, tensorsOf(s, ruleTensor), model.F32)
	return file.Bytes(), err
}

// shortest is how many values of a learned tensor a note writes out.
const shortest = 64

// described is a rule as a note writes it: its spec and, where there are few, the numbers that
// it has learned.
func described(p pruners.Pruner) string {
	text, s := p.Spec().String(), pruners.StateOf(p)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if values := s[name].Data; len(values) <= shortest {
			text += fmt.Sprintf("; %s is %v", name, values)
		}
	}
	return text
}

// tensorsOf names a state's tensors for a file that holds others too.
func tensorsOf(s pruners.State, prefix string) map[string]model.Tensor {
	tensors := map[string]model.Tensor{}
	for name, t := range s {
		tensors[prefix+name] = model.Tensor(t)
	}
	return tensors
}

// stateOf is the state whose tensors have the prefix; nil if none has.
func stateOf(tensors map[string]model.Tensor, prefix string) (s pruners.State) {
	for name, t := range tensors {
		if own, ok := strings.CutPrefix(name, prefix); ok {
			if s == nil {
				s = pruners.State{}
			}
			s[own] = pruners.Tensor(t)
		}
	}
	return s
}
