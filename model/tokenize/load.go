package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ltpbench/internal/atomicfile"
)

// Load reads a model folder's tokenizer: tokenizer.json if it is there, else
// vocab.txt (BERT), else vocab.json with merges.txt (RoBERTa).
func Load(dir string) (*Tokenizer, error) { return LoadFS(os.DirFS(dir), dir) }

// LoadFS is Load from any file system; errors call it name.
func LoadFS(files fs.FS, name string) (*Tokenizer, error) {
	var unread error
	read := func(file string) []byte {
		data, err := fs.ReadFile(files, file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && unread == nil {
			unread = fmt.Errorf("%s: %w", name, err)
		}
		return data
	}
	fail := func(file string, err error) error {
		return fmt.Errorf("%s: %w; save the tokenizer again (transformers: save_pretrained)", filepath.Join(name, file), err)
	}
	if data := read("tokenizer.json"); data != nil || unread != nil {
		if unread != nil {
			return nil, unread
		}
		t, err := ParseJSON(data)
		if err != nil {
			return nil, fail("tokenizer.json", err)
		}
		return t, nil
	}
	if data := read("vocab.txt"); data != nil {
		lower := true
		if config := read("tokenizer_config.json"); config != nil {
			var c struct {
				Lower *bool `json:"do_lower_case"`
			}
			if err := json.Unmarshal(config, &c); err != nil {
				return nil, fail("tokenizer_config.json", err)
			}
			lower = c.Lower == nil || *c.Lower
		}
		t, err := FromVocab(data, lower)
		if err != nil {
			return nil, fail("vocab.txt", err)
		}
		return t, nil
	}
	vocab, merges := read("vocab.json"), read("merges.txt")
	if unread != nil {
		return nil, unread
	}
	if vocab == nil || merges == nil {
		return nil, fmt.Errorf("%s: no tokenizer: give the folder a tokenizer.json, a vocab.txt, or vocab.json and merges.txt", name)
	}
	t, err := FromMerges(vocab, merges)
	if err != nil {
		return nil, fail("vocab.json, merges.txt", err)
	}
	return t, nil
}

// Save writes tokenizer.json into dir; Hugging Face's tokenizers load it.
func (t *Tokenizer) Save(dir string) error {
	return atomicfile.Write(filepath.Join(dir, "tokenizer.json"), t.file)
}

// FromVocab makes BERT's tokenizer from a vocab.txt, one piece a line.
func FromVocab(vocab []byte, lower bool) (*Tokenizer, error) {
	list := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(vocab), "\r\n", "\n"), "\n"), "\n")
	ids := make(map[string]int32, len(list))
	for i, piece := range list {
		if _, twice := ids[piece]; twice {
			return nil, fmt.Errorf("line %d: %q stands there twice", i+1, piece)
		}
		ids[piece] = int32(i)
	}
	f := file{Version: "1.0"}
	for _, special := range []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"} {
		if id, ok := ids[special]; ok {
			f.Added = append(f.Added, addedToken{ID: id, Content: special, Special: true})
		}
	}
	f.Normalizer = raw(bertNormalizer{Type: "BertNormalizer", Clean: true, Chinese: true, Lower: lower})
	f.PreTokenizer = raw(typed{Type: "BertPreTokenizer"})
	f.PostProcessor = raw(map[string]any{"type": "BertProcessing", "sep": []any{"[SEP]", ids["[SEP]"]}, "cls": []any{"[CLS]", ids["[CLS]"]}})
	f.Decoder = raw(map[string]any{"type": "WordPiece", "prefix": "##", "cleanup": true})
	f.Model = raw(modelFile{Type: "WordPiece", Unknown: "[UNK]", Prefix: "##", MaxChars: 100, Vocab: raw(ids)})
	return f.parse()
}

// FromMerges makes RoBERTa's tokenizer from vocab.json and merges.txt, whose
// first line may be a comment.
func FromMerges(vocab, merges []byte) (*Tokenizer, error) {
	var ids map[string]int32
	if err := json.Unmarshal(vocab, &ids); err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(merges), "\r\n", "\n"), "\n"), "\n")
	if strings.HasPrefix(lines[0], "#version") {
		lines = lines[1:]
	}
	f := file{Version: "1.0"}
	for _, special := range []string{"<s>", "<pad>", "</s>", "<unk>", "<mask>"} {
		id, ok := ids[special]
		if !ok {
			return nil, fmt.Errorf("the vocabulary lacks %s", special)
		}
		f.Added = append(f.Added, addedToken{ID: id, Content: special, Special: true, LStrip: special == "<mask>"})
	}
	f.PreTokenizer = raw(byteLevel{Type: "ByteLevel", Trim: true})
	f.PostProcessor = raw(map[string]any{"type": "RobertaProcessing", "sep": []any{"</s>", ids["</s>"]}, "cls": []any{"<s>", ids["<s>"]},
		"trim_offsets": true, "add_prefix_space": false})
	f.Decoder = raw(byteLevel{Type: "ByteLevel", Trim: true, Prefix: true})
	f.Model = raw(modelFile{Type: "BPE", Vocab: raw(ids), Merges: raw(lines)})
	return f.parse()
}

// raw encodes a value that always can be.
func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

var errNotSupported = errors.New("is not supported; supported are BERT's WordPiece and RoBERTa's byte-level BPE")
