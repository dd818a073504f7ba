package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/inputs"
)

const (
	configFile  = "config.json"
	weightsFile = "model.safetensors"
	indexFile   = "model.safetensors.index.json"
)

// Largest sizes of a model's files, in bytes.
const (
	mostConfig  = 16 << 20
	mostIndex   = 256 << 20
	mostWeights = 1 << 40
)

// Load reads a Hugging Face folder: config.json and model.safetensors, or the shards that
// model.safetensors.index.json lists. F64, F32, F16 and BF16 weights become float32. Tensors may be named with or
// without the family's prefix, and the head or only its classifier may be missing (see InitHead); what
// the model does not use, such as position_ids or a language model's head, is listed in Ignored. Errors
// name the file and the tensor.
func Load(dir string) (*Checkpoint, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: name the model's folder, with config.json and model.safetensors, such as %s", dir, filepath.Dir(dir))
	}
	return LoadFS(os.DirFS(dir), dir)
}

// LoadFS is Load for any file system, an embedded one say; errors call it name.
func LoadFS(files fs.FS, name string) (*Checkpoint, error) {
	text, err := inputs.Read(files, configFile, mostConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w; name a Hugging Face model folder, with config.json and model.safetensors", name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Join(name, configFile), err)
	}
	c := &Checkpoint{Tensors: map[string]Tensor{}}
	if c.Config, err = ParseConfig(text); err != nil {
		return nil, fmt.Errorf("%s: %w", path.Join(name, configFile), err)
	}
	names, index, err := weightFiles(files, name)
	if err != nil {
		return nil, err
	}
	take := taker{c: c, names: c.Config.canonicalNames()}
	if c.Config.otherHead() { // its classifier has the name of a sequence classifier's
		maps.DeleteFunc(take.names, func(_, canonical string) bool { return strings.HasPrefix(canonical, "head.out.") })
	}
	for _, file := range names {
		data, err := openChecked(files, file)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("it is missing, though %s lists it; fetch the model again", indexFile)
		}
		if err == nil {
			err = data.read(func() error { return take.file(&data, file, index) })
			data.close()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Join(name, file), err)
		}
	}
	slices.Sort(c.Ignored)
	if _, ok := c.Tensors["head.out.weight"]; !ok {
		delete(c.Tensors, "head.out.bias")
		c.Config.Labels, c.Config.LabelNames = 0, nil
	}
	if err := c.Check(); err != nil {
		if prefix := c.Config.foreignPrefix(c.Ignored); prefix != "" {
			err = fmt.Errorf("its tensors' names begin with %q, so that none of the model's is found; remove that: save {name.removeprefix(%q): tensor} as %s", prefix, prefix, weightsFile)
		}
		return nil, fmt.Errorf("%s: %w", path.Join(name, names[0]), err)
	}
	return c, nil
}

// NeedsHead is the error of a model without a classifier, whose logits are wanted. It names what the model is made for
// instead.
func (c *Checkpoint) NeedsHead() error {
	if c.Config.Labels > 0 {
		return nil
	}
	made := ""
	if classes := c.Config.architectures(); len(classes) > 0 {
		made = fmt.Sprintf(" (architectures in config.json: %s)", strings.Join(classes, ", "))
	}
	lacks := fmt.Sprintf("%s has no tensor %s", weightsFile, c.Config.HFName("head.out.weight"))
	if c.Config.otherHead() {
		lacks = "its head is not a sequence classifier's"
	}
	return fmt.Errorf("the model has no classifier%s: %s; fine-tune it first with `ltpbench train`", made, lacks)
}

// architectures is the classes of transformers that config.json names.
func (c *Config) architectures() (classes []string) {
	if json.Unmarshal(c.carried["architectures"], &classes) != nil {
		return nil
	}
	return classes
}

// otherHead reports whether config.json names a class with another head than a sequence classifier's.
func (c *Config) otherHead() bool {
	classes := c.architectures()
	if len(classes) == 0 {
		return false
	}
	for _, end := range []string{"ForTokenClassification", "ForMultipleChoice", "ForMaskedLM", "ForPreTraining", "ForQuestionAnswering", "ForNextSentencePrediction",
		"ForCausalLM", "LMHeadModel"} {
		if strings.HasSuffix(classes[0], end) {
			return true
		}
	}
	return false
}

// weightFiles lists the files that hold weights, sorted; index specifies which tensor is in which of them,
// and is nil for a single file.
func weightFiles(files fs.FS, name string) (names []string, index map[string]string, err error) {
	single := inputs.Check(files, weightsFile, mostWeights)
	if single == nil {
		return []string{weightsFile}, nil, nil
	}
	if !errors.Is(single, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s: %w", path.Join(name, weightsFile), single)
	}
	text, err := inputs.Read(files, indexFile, mostIndex)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := fs.Stat(files, "pytorch_model.bin"); err == nil {
			return nil, nil, fmt.Errorf("%s: there is pytorch_model.bin and no model.safetensors; convert it (transformers: AutoModelForSequenceClassification.from_pretrained(DIR).save_pretrained(DIR))", name)
		}
		return nil, nil, fmt.Errorf("%s: there is no model.safetensors; save the model as safetensors (transformers: save_pretrained)", name)
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", path.Join(name, indexFile), err)
	}
	var list struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, nil, fmt.Errorf("%s: not an index of shards: %w", path.Join(name, indexFile), err)
	}
	if len(list.WeightMap) == 0 {
		return nil, nil, fmt.Errorf("%s: weight_map lists no tensor; save the model again", path.Join(name, indexFile))
	}
	names = slices.Compact(slices.Sorted(maps.Values(list.WeightMap)))
	for _, file := range names {
		if file == "." || !fs.ValidPath(file) || path.Base(file) != file {
			return nil, nil, fmt.Errorf("%s: %q is not the name of a file in this folder", path.Join(name, indexFile), file)
		}
	}
	return names, list.WeightMap, nil
}

// openChecked opens a file of weights, unless it is no regular file.
func openChecked(files fs.FS, name string) (contents, error) {
	if err := inputs.Check(files, name, mostWeights); err != nil {
		return contents{}, err
	}
	return open(files, name)
}

// taker moves tensors from files into a checkpoint.
type taker struct {
	c     *Checkpoint
	names map[string]string // canonicalNames
}

// file takes one safetensors file. An index must agree with what the file holds.
func (t taker) file(data *contents, file string, index map[string]string) error {
	if inputs.IsPointer(data.data) {
		return inputs.ErrPointer
	}
	all, err := readStored(data.data)
	if err != nil {
		return err
	}
	for _, hf := range slices.Sorted(maps.Keys(index)) {
		if _, ok := all[hf]; index[hf] == file && !ok {
			return fmt.Errorf("tensor %s is missing, though %s lists it; fetch the model again", hf, indexFile)
		}
	}
	for _, hf := range slices.Sorted(maps.Keys(all)) {
		name, ok := t.names[hf]
		if !ok {
			t.c.Ignored = append(t.c.Ignored, hf)
			continue
		}
		if _, twice := t.c.Tensors[name]; twice {
			return fmt.Errorf("tensor %s is there twice, with and without the family's prefix or in two files", hf)
		}
		if err := t.fits(name, hf, all[hf].shape); err != nil {
			return err // before the contents are converted
		}
		if t.c.Tensors[name], err = all[hf].convert(); err != nil {
			return fmt.Errorf("tensor %s: %w", hf, err)
		}
		data.done(all[hf].bytes)
	}
	return nil
}

// fits reports whether a tensor has the shape that config.json asks for.
func (t taker) fits(name, hf string, shape []int) error {
	want := t.c.Config.Shape(name)
	if want == nil || slices.Equal(shape, want) {
		return nil
	}
	cure := "the weights and config.json belong to different models"
	if strings.HasPrefix(name, "head.out.") && len(shape) > 0 && slices.Equal(shape[1:], want[1:]) {
		cure = fmt.Sprintf("give config.json an id2label with %d names, or num_labels %d", shape[0], shape[0])
	}
	return fmt.Errorf("tensor %s has shape %v where config.json asks for %v; %s", hf, shape, want, cure)
}
