package tokenize

import (
	"encoding/json"
	"maps"
	"path/filepath"

	"ltpbench/internal/atomicfile"
)

// Save writes tokenizer.json and tokenizer_config.json into dir. transformers' AutoTokenizer reads the folder as a
// PreTrainedTokenizerFast and gives the ids that Encode gives: no other class is named, since most of them replace parts
// of tokenizer.json by their own.
func (t *Tokenizer) Save(dir string) error {
	if err := atomicfile.Write(filepath.Join(dir, "tokenizer.json"), append(raw(t.file), '\n')); err != nil {
		return err
	}
	text, err := json.MarshalIndent(t.configFile(), "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "tokenizer_config.json"), append(text, '\n'))
}

// configFile is tokenizer_config.json: what was there, with the settings over it.
func (t *Tokenizer) configFile() map[string]any {
	all := map[string]any{}
	for key, value := range t.settings.config {
		all[key] = value
	}
	maps.DeleteFunc(all, func(key string, _ any) bool { return gone[key] })
	all["tokenizer_class"] = "PreTrainedTokenizerFast"
	names := []string{"input_ids", "attention_mask"}
	if t.settings.segments {
		names = []string{"input_ids", "token_type_ids", "attention_mask"}
	}
	all["model_input_names"] = names
	if t.settings.maxLength > 0 {
		all["model_max_length"] = t.settings.maxLength
	}
	if t.settings.left {
		all["truncation_side"] = "left"
	} else if t.file.cutsLeft() {
		all["truncation_side"] = "right"
	}
	for role, token := range t.settings.roles {
		all[role] = token
	}
	t.classSettings(all)
	return all
}

// classSettings adds what classes that build their own parts go by, for those who name such a class themselves.
func (t *Tokenizer) classSettings(all map[string]any) {
	if n, ok := t.normalizer.(bertNormalizer); ok {
		all["do_lower_case"], all["tokenize_chinese_chars"], all["strip_accents"] = n.lower, n.spaceChinese, n.stripAccents
	}
	if b, ok := t.preTokenizer.(*byteLevel); ok {
		all["add_prefix_space"] = b.prefix
	}
}

// gone is what does not hold any more once all is in tokenizer.json.
var gone = map[string]bool{
	"added_tokens_decoder": true, "auto_map": true, "name_or_path": true, "special_tokens_map_file": true, "tokenizer_file": true,
	"backend": true, "is_local": true, "local_files_only": true, "processor_class": true, "max_len": true,
	"additional_special_tokens": true, "extra_special_tokens": true,
}
