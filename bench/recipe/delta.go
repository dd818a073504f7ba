package recipe

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"ltpbench/model"
)

// deltaFile holds the tensors in which a point's weights differ from the
// base's, under Hugging Face's names: whole, or for a matrix of low rank two
// factors NAME.left and NAME.right, whose product is added to the base's.
const deltaFile = "difference.safetensors"

const left, right = ".left", ".right"

// delta returns the file of what the recipe has changed, nil if the recipe
// saves whole weights.
func (m *maker) delta() ([]byte, error) {
	if !m.Delta && m.rank() == 0 {
		return nil, nil
	}
	as, tensors := model.F32, map[string]model.Tensor{}
	if m.rank() > 0 {
		as = model.F16
	}
	for name := range m.changed {
		hub := m.checkpoint.Config.HFName(name)
		if _, cut := m.factors[name+left]; cut {
			tensors[hub+left], tensors[hub+right] = m.factors[name+left], m.factors[name+right]
		} else {
			tensors[hub] = m.checkpoint.Tensors[name]
		}
	}
	var file bytes.Buffer
	err := model.WriteTensors(&file, tensors, as)
	return file.Bytes(), err
}

// Apply returns the base with the delta that a recipe has saved in a folder
// of files. Tensors that are not in it are shared with the base.
func Apply(base *model.Checkpoint, files fs.FS, dir string) (*model.Checkpoint, error) {
	name := path.Join(dir, deltaFile)
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	return apply(base, data, name)
}

func apply(base *model.Checkpoint, data []byte, name string) (*model.Checkpoint, error) {
	tensors, err := model.ReadTensors(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := *base
	c.Tensors = map[string]model.Tensor{}
	for n, t := range base.Tensors {
		hub := c.Config.HFName(n)
		own, whole := tensors[hub]
		l, low := tensors[hub+left]
		r := tensors[hub+right]
		switch {
		case whole && !slices.Equal(own.Shape, t.Shape):
			return nil, fmt.Errorf("%s: tensor %q has shape %v, the base's %v", name, hub, own.Shape, t.Shape)
		case whole:
			t = own
		case low:
			if t, err = plus(t, l, r); err != nil {
				return nil, fmt.Errorf("%s: tensor %q: %w", name, hub, err)
			}
		}
		c.Tensors[n] = t
		delete(tensors, hub)
		delete(tensors, hub+left)
		delete(tensors, hub+right)
	}
	for hub := range tensors {
		return nil, fmt.Errorf("%s: the base has no tensor %q", name, strings.TrimSuffix(strings.TrimSuffix(hub, left), right))
	}
	return &c, nil
}
