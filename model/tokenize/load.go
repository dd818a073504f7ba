package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"ltpbench/internal/inputs"
)

// Largest sizes of the files of a tokenizer, in bytes. The largest that are in use have a quarter million tokens.
const (
	mostVocabulary = 256 << 20
	mostSettings   = 64 << 20
)

// Load reads a model folder's tokenizer as transformers' AutoTokenizer does: the class that tokenizer_config.json or
// config.json names decides what of tokenizer.json, or of a vocabulary file without one, counts and what the settings
// beside it change.
func Load(dir string) (*Tokenizer, error) { return LoadFS(os.DirFS(dir), dir) }

// LoadFS is Load from any file system; errors call it name.
func LoadFS(files fs.FS, name string) (*Tokenizer, error) {
	d := &folder{files: files}
	t, err := d.load()
	if err != nil {
		if d.reading == "" {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return nil, fmt.Errorf("%s: %w", path.Join(name, d.reading), err)
	}
	t.folder = name
	return t, nil
}

// folder is a model's folder while its tokenizer is read.
type folder struct {
	files   fs.FS
	reading string // the file that an error is about
	config  map[string]json.RawMessage
	json    *file // tokenizer.json, if there is one
}

// read returns a file's contents, or nil if it is absent.
func (d *folder) read(name string, most int64) ([]byte, error) {
	data, err := inputs.Read(d.files, name, most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		d.reading = name
	}
	return data, err
}

// object reads a file that is a JSON object, into to.
func (d *folder) object(name string, to any) error {
	data, err := d.read(name, mostSettings)
	if err != nil || data == nil {
		return err
	}
	if err := json.Unmarshal(data, to); err != nil {
		d.reading = name
		return fmt.Errorf("%w; fix the file, or save the tokenizer again (transformers: save_pretrained)", err)
	}
	return nil
}

func (d *folder) load() (*Tokenizer, error) {
	var model struct {
		Type  string `json:"model_type"`
		Class string `json:"tokenizer_class"`
	}
	if err := d.object("config.json", &model); err != nil {
		return nil, err
	}
	if err := d.object("tokenizer_config.json", &d.config); err != nil {
		return nil, err
	}
	data, err := d.read("tokenizer.json", mostVocabulary)
	if err != nil {
		return nil, err
	}
	if data != nil {
		f, err := parseFile(data)
		if err != nil {
			d.reading = "tokenizer.json"
			return nil, fmt.Errorf("%w; fetch the file again, or save the tokenizer again (transformers: save_pretrained)", err)
		}
		d.json = &f
	}
	s := &source{folder: d, config: d.config}
	name := s.text("tokenizer_class")
	if name == "" {
		name = model.Class
	}
	if name == "" {
		name = classOfModel[model.Type]
	}
	if name == "" && d.json == nil {
		name = d.classOfFiles()
	}
	c, err := findClass(name)
	if err != nil {
		d.reading = "tokenizer_config.json"
		return nil, err
	}
	return s.tokenizer(c)
}

// classOfFiles is the class that a folder without tokenizer.json and without settings has.
func (d *folder) classOfFiles() string {
	for _, one := range []struct{ file, class string }{{"vocab.txt", "BertTokenizer"}, {"merges.txt", "RobertaTokenizer"}} {
		if _, err := fs.Stat(d.files, one.file); err == nil {
			return one.class
		}
	}
	return ""
}

// errNoTokenizer is a folder without any.
var errNoTokenizer = errors.New("no tokenizer: give the folder a tokenizer.json, a vocab.txt, or vocab.json and merges.txt")

// noVocabulary is the error for a folder without what a class needs.
func (d *folder) noVocabulary(class string) error {
	for _, model := range []string{"spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "spm.model"} {
		if _, err := fs.Stat(d.files, model); err == nil {
			return fmt.Errorf("there is %s and no tokenizer.json; write one with transformers and sentencepiece: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)", model)
		}
	}
	if class == "" {
		return errNoTokenizer
	}
	return fmt.Errorf("%w (%s)", errNoTokenizer, class)
}
