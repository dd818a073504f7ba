package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
)

// modelOf reads tokenizer.json's model, whose vocabulary a class takes.
func (s *source) modelOf() (vocabulary, merges json.RawMessage, err error) {
	var f struct{ Vocab, Merges json.RawMessage }
	if err := json.Unmarshal(s.json.Model, &f); err != nil {
		s.reading = "tokenizer.json"
		return nil, nil, fmt.Errorf("model: %w", err)
	}
	return f.Vocab, f.Merges, nil
}

// object of ids: the vocabulary of a class whose model has one.
func (s *source) ids(text json.RawMessage, class string) (vocab, error) {
	var ids vocab
	if err := json.Unmarshal(text, &ids); err != nil {
		s.reading = "tokenizer.json"
		return nil, fmt.Errorf("model.vocab is not what %s needs (%w); tokenizer_class in tokenizer_config.json names another kind of tokenizer: correct it", class, err)
	}
	return ids, nil
}

func buildBERT(s *source) (f file, _ map[string]int32, err error) {
	var ids vocab
	var text json.RawMessage
	if s.json != nil {
		if text, _, err = s.modelOf(); err == nil {
			ids, err = s.ids(text, "BertTokenizer")
		}
	} else {
		var data []byte
		if data, err = s.read("vocab.txt", mostVocabulary); err == nil && data == nil {
			err = s.noVocabulary("BertTokenizer")
		}
		ids = readVocab(data)
		text = raw(ids)
	}
	if err != nil {
		return f, nil, err
	}
	n := bertNormalizerFile{Type: "BertNormalizer", Clean: true, Chinese: s.flag("tokenize_chinese_chars", true), Lower: s.flag("do_lower_case", true)}
	if !isNull(s.config["strip_accents"]) {
		accents := s.flag("strip_accents", false)
		n.Accents = &accents
	}
	f.Normalizer = raw(n)
	f.wordPiece(text, s.named["unk_token"].Content)
	return f, ids, nil
}

// aroundBERT is cls A sep B sep, B and what follows it in segment 1.
func aroundBERT(s *source, find func(string) int32) json.RawMessage {
	cls, sep := s.named["cls_token"].Content, s.named["sep_token"].Content
	return templateFile([]string{cls, sep}, find, []any{tokenPiece(cls, 0), textPiece("A", 0), tokenPiece(sep, 0)},
		[]any{tokenPiece(cls, 0), textPiece("A", 0), tokenPiece(sep, 0), textPiece("B", 1), tokenPiece(sep, 1)})
}

func buildRoberta(s *source) (f file, _ map[string]int32, err error) {
	var ids vocab
	var text json.RawMessage
	var merges any
	if s.json != nil {
		var list json.RawMessage
		if text, list, err = s.modelOf(); err == nil {
			ids, err = s.ids(text, "RobertaTokenizer")
		}
		if merges = list; err == nil && isNull(list) {
			s.reading, err = "tokenizer.json", errors.New("model.merges is missing, which RobertaTokenizer needs; tokenizer_class in tokenizer_config.json names another kind of tokenizer: correct it")
		}
	} else {
		var vocabulary, list []byte
		if vocabulary, err = s.read("vocab.json", mostVocabulary); err == nil {
			list, err = s.read("merges.txt", mostVocabulary)
		}
		if err == nil && (vocabulary == nil || list == nil) {
			err = s.noVocabulary("RobertaTokenizer")
		}
		if err == nil {
			ids, merges, err = readMerges(vocabulary, list)
			text = raw(ids)
		}
	}
	if err != nil {
		return f, nil, err
	}
	f.bytePairs(text, merges, s.flag("add_prefix_space", false))
	return f, ids, nil
}

func aroundRoberta(s *source, find func(string) int32) json.RawMessage {
	cls, sep := s.named["cls_token"].Content, s.named["sep_token"].Content
	return robertaProcessing(tokenWithID{cls, find(cls)}, tokenWithID{sep, find(sep)}, s.flag("add_prefix_space", false))
}

// pieces reads the vocabulary of a SentencePiece model, and its table of replacements if there is one.
func (s *source) pieces(class string) (text json.RawMessage, ids map[string]int32, normal json.RawMessage, err error) {
	if s.json == nil {
		return nil, nil, nil, s.noVocabulary(class)
	}
	if text, _, err = s.modelOf(); err != nil {
		return nil, nil, nil, err
	}
	var list []scored
	if err = json.Unmarshal(text, &list); err != nil {
		s.reading = "tokenizer.json"
		return nil, nil, nil, fmt.Errorf("model.vocab is not what %s needs (%w); tokenizer_class in tokenizer_config.json names another kind of tokenizer: correct it", class, err)
	}
	ids = make(map[string]int32, len(list))
	for i, one := range list {
		ids[one.token] = int32(i)
	}
	return text, ids, findPrecompiled(s.json.Normalizer), nil
}

// findPrecompiled returns the Precompiled among normalizers, or nil.
func findPrecompiled(text json.RawMessage) json.RawMessage {
	var f struct {
		Type        string
		Normalizers []json.RawMessage
	}
	if json.Unmarshal(text, &f) != nil {
		return nil
	}
	if f.Type == "Precompiled" {
		return text
	}
	for _, one := range f.Normalizers {
		var inner struct{ Type string }
		if json.Unmarshal(one, &inner) == nil && inner.Type == "Precompiled" {
			return one
		}
	}
	return nil
}

// sentencePiece fills in a SentencePiece model and the parts that belong to it.
func (s *source) sentencePiece(f *file, vocabulary json.RawMessage, unknown int) {
	scheme := prependAlways
	if !s.flag("add_prefix_space", true) {
		scheme = prependNever
	}
	meta := map[string]any{"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": true}
	f.PreTokenizer = raw(map[string]any{"type": "Sequence", "pretokenizers": []any{map[string]any{"type": "WhitespaceSplit"}, meta}})
	f.Decoder = raw(meta)
	f.Model = raw(map[string]any{"type": "Unigram", "unk_id": unknown, "vocab": vocabulary, "byte_fallback": false})
}

func buildXLMRoberta(s *source) (f file, ids map[string]int32, err error) {
	text, ids, normal, err := s.pieces("XLMRobertaTokenizer")
	f.Normalizer = normal
	s.sentencePiece(&f, text, 3)
	return f, ids, err
}

func buildCamembert(s *source) (f file, ids map[string]int32, err error) {
	text, ids, normal, err := s.pieces("CamembertTokenizer")
	f.Normalizer = normal
	s.sentencePiece(&f, text, int(max(0, vocab(ids).find(s.named["unk_token"].Content))))
	return f, ids, err
}

func buildALBERT(s *source) (f file, ids map[string]int32, err error) {
	text, ids, normal, err := s.pieces("AlbertTokenizer")
	quote := func(double string) any {
		return map[string]any{"type": "Replace", "pattern": map[string]any{"String": double}, "content": `"`}
	}
	list := []any{quote("``"), quote("''")}
	if !s.flag("keep_accents", false) {
		list = append(list, map[string]any{"type": "NFKD"}, map[string]any{"type": "StripAccents"})
	}
	if s.flag("do_lower_case", true) {
		list = append(list, map[string]any{"type": "Lowercase"})
	}
	if normal != nil {
		list = append(list, normal)
	}
	f.Normalizer = raw(map[string]any{"type": "Sequence", "normalizers": list})
	s.sentencePiece(&f, text, 1)
	return f, ids, err
}

// aroundFairseq is bos A eos eos B eos, all in segment 0.
func aroundFairseq(s *source, find func(string) int32) json.RawMessage {
	bos, eos := s.named["bos_token"].Content, s.named["eos_token"].Content
	return templateFile([]string{bos, eos}, find, []any{tokenPiece(bos, 0), textPiece("A", 0), tokenPiece(eos, 0)},
		[]any{tokenPiece(bos, 0), textPiece("A", 0), tokenPiece(eos, 0), tokenPiece(eos, 0), textPiece("B", 0), tokenPiece(eos, 0)})
}

// templateFile is a TemplateProcessing's JSON.
func templateFile(tokens []string, find func(string) int32, single, pair []any) json.RawMessage {
	ids := map[string]any{}
	for _, token := range tokens {
		ids[token] = map[string]any{"id": token, "ids": []int32{find(token)}, "tokens": []string{token}}
	}
	return raw(map[string]any{"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": ids})
}

func tokenPiece(token string, segment int) any {
	return map[string]any{"SpecialToken": map[string]any{"id": token, "type_id": segment}}
}

func textPiece(sequence string, segment int) any {
	return map[string]any{"Sequence": map[string]any{"id": sequence, "type_id": segment}}
}
