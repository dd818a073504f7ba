package finetune

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"ltpbench/internal/atomicfile"
	"ltpbench/model"
)

// differenceFile holds the tensors in which a point's weights differ from the base's.
const differenceFile = "difference.safetensors"

func (m *maker) saveDifference(dir string) error {
	tensors := map[string]model.Tensor{}
	for _, name := range m.learnt {
		tensors[m.checkpoint.Config.HFName(name)] = m.checkpoint.Tensors[name]
	}
	var file bytes.Buffer
	if err := model.WriteTensors(&file, tensors, model.F32); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, differenceFile), file.Bytes())
}

// Apply returns the base with the tensors that a recipe with Difference has saved
// in a folder of files. Tensors that are not in it are shared with the base.
func Apply(base *model.Checkpoint, files fs.FS, dir string) (*model.Checkpoint, error) {
	name := path.Join(dir, differenceFile)
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	tensors, err := model.ReadTensors(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := *base
	c.Tensors = map[string]model.Tensor{}
	for n, t := range base.Tensors {
		hub := c.Config.HFName(n)
		if own, ok := tensors[hub]; ok {
			if !slices.Equal(own.Shape, t.Shape) {
				return nil, fmt.Errorf("%s: tensor %q has shape %v, the base's %v", name, hub, own.Shape, t.Shape)
			}
			t = own
			delete(tensors, hub)
		}
		c.Tensors[n] = t
	}
	for hub := range tensors {
		return nil, fmt.Errorf("%s: the base has no tensor %q", name, hub)
	}
	return &c, nil
}
