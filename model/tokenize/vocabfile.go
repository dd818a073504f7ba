package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// FromVocab makes BERT's tokenizer from a vocab.txt, one token a line.
func FromVocab(vocab []byte, lower bool) (*Tokenizer, error) {
	ids := readVocab(vocab)
	f := file{Added: presentTokens(ids, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}
	f.Normalizer = raw(bertNormalizerFile{Type: "BertNormalizer", Clean: true, Chinese: true, Lower: lower})
	f.wordPiece(ids, "[UNK]")
	cls, sep := ids.find("[CLS]"), ids.find("[SEP]")
	if cls == none || sep == none {
		return nil, errors.New("the vocabulary lacks [CLS] or [SEP]")
	}
	f.PostProcessor = raw(map[string]any{"type": "BertProcessing", "sep": tokenWithID{"[SEP]", sep}, "cls": tokenWithID{"[CLS]", cls}})
	return build(f, settings{segments: true, roles: rolesOf(classes5["BertTokenizer"])})
}

// FromMerges makes RoBERTa's tokenizer from vocab.json and merges.txt, whose
// first line may be a comment.
func FromMerges(vocabulary, merges []byte) (*Tokenizer, error) {
	ids, lines, err := readMerges(vocabulary, merges)
	if err != nil {
		return nil, err
	}
	names := []string{"<s>", "<pad>", "</s>", "<unk>", "<mask>"}
	for _, special := range names {
		if ids.find(special) == none {
			return nil, fmt.Errorf("the vocabulary lacks %s", special)
		}
	}
	f := file{Added: presentTokens(ids, names...)}
	f.Added[len(f.Added)-1].LStrip = true
	f.bytePairs(ids, lines, false)
	f.PostProcessor = robertaProcessing(tokenWithID{"<s>", ids["<s>"]}, tokenWithID{"</s>", ids["</s>"]}, false)
	return build(f, settings{roles: rolesOf(classes5["RobertaTokenizer"])})
}

// readVocab reads a vocab.txt. Of a token that occurs twice the last line counts.
func readVocab(data []byte) vocab {
	loadClasses()
	ids := vocab{}
	n := int32(0)
	for line := range strings.Lines(string(data)) {
		ids[strings.TrimRightFunc(strings.ToValidUTF8(line, "\uFFFD"), isWhite)] = n
		n++
	}
	return ids
}

// readMerges reads vocab.json and the lines of merges.txt.
func readMerges(vocabulary, merges []byte) (vocab, []string, error) {
	var ids vocab
	if err := json.Unmarshal(vocabulary, &ids); err != nil {
		return nil, nil, fmt.Errorf("vocab.json: %w", err)
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(merges), "\r\n", "\n"), "\n"), "\n")
	if len(lines) == 1 && lines[0] == "" {
		lines = nil
	}
	if _, err := splitMerges(lines); err != nil {
		return nil, nil, err
	}
	if len(lines) > 0 && strings.HasPrefix(lines[0], "#version") {
		lines = lines[1:]
	}
	return ids, append([]string{}, lines...), nil
}

// presentTokens is special tokens that a vocabulary has.
func presentTokens(ids vocab, names ...string) (list []addedToken) {
	for _, name := range names {
		if id, ok := ids[name]; ok {
			list = append(list, addedToken{ID: id, Content: name, Special: true})
		}
	}
	return list
}

// rolesOf is a class's own special tokens.
func rolesOf(c *class) map[string]string {
	roles := map[string]string{}
	for role, token := range c.specials {
		roles[role] = token.Content
	}
	return roles
}

// wordPiece fills in BERT's model and the parts that belong to it.
func (f *file) wordPiece(ids any, unknown string) {
	f.PreTokenizer = raw(map[string]any{"type": "BertPreTokenizer"})
	f.Decoder = raw(map[string]any{"type": "WordPiece", "prefix": "##", "cleanup": true})
	f.Model = raw(map[string]any{"type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids})
}

// bytePairs fills in RoBERTa's model and the parts that belong to it.
func (f *file) bytePairs(ids any, merges any, prefixSpace bool) {
	f.PreTokenizer = raw(map[string]any{"type": "ByteLevel", "add_prefix_space": prefixSpace, "trim_offsets": true, "use_regex": true})
	f.Decoder = raw(map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true})
	f.Model = raw(map[string]any{"type": "BPE", "unk_token": nil, "continuing_subword_prefix": "", "end_of_word_suffix": "",
		"fuse_unk": false, "byte_fallback": false, "vocab": ids, "merges": merges})
}

func robertaProcessing(cls, sep tokenWithID, prefixSpace bool) json.RawMessage {
	return raw(map[string]any{"type": "RobertaProcessing", "sep": sep, "cls": cls, "trim_offsets": true, "add_prefix_space": prefixSpace})
}
