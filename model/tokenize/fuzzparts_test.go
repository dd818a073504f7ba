package tokenize

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// encode is a text's ids; a pattern that takes too long is an error, everything else that panics is a fault.
func encode(t *testing.T, k *Tokenizer, text string) ([]int32, error) {
	t.Helper()
	e, err := k.Encode(text, nil, 0)
	return e.IDs, err
}

// FuzzRegex: a pattern is refused or matches where it says, in order, and ends.
func FuzzRegex(f *testing.F) {
	for _, p := range []string{`(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+(?!\S)|\s+`, `\w+(?=\s)|(?<!a)[^\w\s]`,
		`a{2,}?b*+|(?>x|y)+$`, `^[\]a-c[^d]]\b.\x{20AC}é`, `(a|b|)c`} {
		f.Add(p, "they've 123\n  né a½ aab xyx")
	}
	loadClasses()
	f.Fuzz(func(t *testing.T, source, text string) {
		p, err := compileRegex(source)
		if err != nil {
			return
		}
		defer func() {
			if r := recover(); r != nil {
				if _, slow := r.(errSlow); !slow {
					panic(r)
				}
			}
		}()
		whole := []byte(strings.ToValidUTF8(text, "?"))
		whole = whole[:min(len(whole), 200)]
		whole = bytes.ToValidUTF8(whole, nil)
		spans := 0
		for at := 0; at <= len(whole); {
			first, end, ok := p.next(whole, at)
			if !ok {
				break
			}
			if first < at || end < first || end > len(whole) {
				t.Fatalf("%q in %q from %d: %d to %d", source, whole, at, first, end)
			}
			at = max(end, first+max(1, charSize(whole, first)))
			if spans++; spans > len(whole)+1 {
				t.Fatal("too many matches")
			}
		}
	})
}

// FuzzPrecompiled: a damaged table is refused or replaces something, and stays within itself.
func FuzzPrecompiled(f *testing.F) {
	table := func(units ...uint32) []byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
		for _, u := range units {
			b = binary.LittleEndian.AppendUint32(b, u)
		}
		return append(b, "x\x00"...)
	}
	f.Add(table(1<<10, 0, 0, 0x161|2<<10, 1<<31), "ab\r\né")
	f.Add(table(0), "")
	loadClasses()
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		n, err := parsePrecompiled(raw(map[string]string{"precompiled_charsmap": base64.StdEncoding.EncodeToString(data)}))
		if err != nil {
			return
		}
		n.normalize(nil, []byte(strings.ToValidUTF8(text, "?")))
	})
}

// FuzzFolder: whatever the settings beside a vocabulary say, the folder is refused or gives ids that its saved form
// gives too.
func FuzzFolder(f *testing.F) {
	f.Add([]byte(`{"tokenizer_class":"BertTokenizer","do_lower_case":false,"model_max_length":9,"truncation_side":"left"}`), []byte(`{"cls_token":"[CLS]"}`), []byte(`{"<x>":11}`), true)
	f.Add([]byte(`{"added_tokens_decoder":{"11":{"content":"<x>","lstrip":true,"special":true}},"unk_token":{"content":"a"}}`), []byte(`{}`), []byte(`{}`), false)
	f.Add([]byte(`{"tokenizer_class":"PreTrainedTokenizerFast","model_input_names":["input_ids"],"extra_special_tokens":["ab"]}`), []byte(`{"mask_token":{"content":"b"}}`), []byte(`null`), true)
	f.Fuzz(func(t *testing.T, config, special, added []byte, whole bool) {
		files := fstest.MapFS{"config.json": {Data: []byte(`{"model_type":"bert"}`)}, "tokenizer_config.json": {Data: config},
			"special_tokens_map.json": {Data: special}, "added_tokens.json": {Data: added}, "vocab.txt": {Data: []byte(seedVocab)}}
		if whole {
			k, err := FromVocab([]byte(seedVocab), true)
			if err != nil {
				t.Fatal(err)
			}
			files["tokenizer.json"] = &fstest.MapFile{Data: raw(k.file)}
		}
		k, err := LoadFS(files, "folder")
		if err != nil {
			return
		}
		again, err := LoadFS(fstest.MapFS{"config.json": files["config.json"], "tokenizer.json": {Data: raw(k.file)}, "tokenizer_config.json": {Data: raw(k.configFile())}}, "saved")
		if err != nil {
			t.Fatalf("its own folder is refused: %v", err)
		}
		for _, text := range append(texts, "<x> ab") {
			a, err := encode(t, k, text)
			b, too := encode(t, again, text)
			if (err == nil) != (too == nil) || !slices.Equal(a, b) {
				t.Fatalf("%q: %v, %v; saved %v, %v", text, a, err, b, too)
			}
		}
	})
}
