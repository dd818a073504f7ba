package tokenize

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// class is what transformers (5.23) makes of a tokenizer_class: a tokenizer.json as it is, or a tokenizer of the
// class's own parts with the vocabulary of the files.
type class struct {
	name     string
	segments bool                  // the model is given segments
	specials map[string]addedToken // special tokens where the files name no others
	extra    []addedToken
	// build makes all but the added tokens and the post-processor, with the model's vocabulary; nil: tokenizer.json
	// is taken as it is.
	build func(s *source) (file, map[string]int32, error)
	// around makes the post-processor; find returns a token's id.
	around func(s *source, find func(string) int32) json.RawMessage
}

// generic is the class of tokenizers that are all in tokenizer.json.
var generic = &class{name: "PreTrainedTokenizerFast"}

var classes5 = func() map[string]*class {
	bert := &class{name: "BertTokenizer", segments: true, specials: specials("unk_token", "[UNK]", "sep_token", "[SEP]", "pad_token", "[PAD]",
		"cls_token", "[CLS]", "mask_token", "[MASK]"), build: buildBERT, around: aroundBERT}
	distil := *bert
	distil.name, distil.segments = "DistilBertTokenizer", false
	fairseq := []string{"bos_token", "<s>", "eos_token", "</s>", "sep_token", "</s>", "cls_token", "<s>", "unk_token", "<unk>", "pad_token", "<pad>",
		"mask_token", "<mask>"}
	roberta := &class{name: "RobertaTokenizer", specials: specials(fairseq...), build: buildRoberta, around: aroundRoberta}
	camembert := &class{name: "CamembertTokenizer", specials: specials(fairseq...), build: buildCamembert, around: aroundFairseq}
	mask := camembert.specials["mask_token"]
	mask.LStrip = true
	camembert.specials["mask_token"] = mask
	for _, content := range []string{"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"} {
		camembert.extra = append(camembert.extra, addedToken{Content: content, Special: true, beyond: true})
	}
	xlm := &class{name: "XLMRobertaTokenizer", specials: specials(fairseq...), build: buildXLMRoberta, around: aroundFairseq}
	albert := &class{name: "AlbertTokenizer", specials: specials("bos_token", "[CLS]", "eos_token", "[SEP]", "unk_token", "<unk>", "sep_token", "[SEP]",
		"pad_token", "<pad>", "cls_token", "[CLS]", "mask_token", "[MASK]"), build: buildALBERT, around: aroundBERT}
	all := map[string]*class{"PreTrainedTokenizerFast": generic, "TokenizersBackend": generic, "PreTrainedTokenizer": generic, "": generic}
	for _, c := range []*class{bert, &distil, roberta, camembert, xlm, albert} {
		all[c.name] = c
	}
	for _, alias := range []string{"Electra", "MobileBert", "SqueezeBert", "Lxmert", "LayoutLM", "ConvBert", "Realm"} {
		all[alias+"Tokenizer"] = bert
	}
	for _, alias := range []string{"Longformer", "Bart"} {
		all[alias+"Tokenizer"] = roberta
	}
	return all
}()

func specials(pairs ...string) map[string]addedToken {
	m := map[string]addedToken{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = addedToken{Content: pairs[i+1], Special: true}
	}
	return m
}

// classOfModel is the class where no file names one, by config.json's model_type.
var classOfModel = map[string]string{
	"bert": "BertTokenizer", "distilbert": "BertTokenizer", "electra": "BertTokenizer", "roberta": "RobertaTokenizer",
	"xlm-roberta": "XLMRobertaTokenizer", "camembert": "CamembertTokenizer", "albert": "AlbertTokenizer",
}

// otherClasses are those of transformers whose parts this program does not have.
var otherClasses = strings.Fields(`Barthez BartphoT BertJapanese Bertweet BigBird BioGpt Blenderbot BlenderbotSmall ByT5 CLIP CTRL Canine
	Clvp CodeLlama Cohere Cpm CpmAnt DPRContextEncoder DPRQuestionEncoder DPRReader Deberta DebertaV2 Esm FSMT Flaubert Funnel GPT2 GPTNeoX
	GPTNeoXJapanese Gemma Herbert LED LayoutLMv2 LayoutLMv3 LayoutXLM Llama Luke MBart MBart50 MPNet MarkupLM Mvp MyT5 Nllb OpenAIGPT PLBart
	Pegasus Perceiver Phobert ProphetNet Qwen2 Rag Reformer RemBert RoCBert RoFormer SeamlessM4T Siglip Siglip2 Splinter T5 Tapas Udop Whisper
	XGLM XLM XLNet`)

// findClass returns the class of a name. One that transformers does not know either stands for tokenizer.json as it
// is.
func findClass(name string) (*class, error) {
	base := name
	if name != "PreTrainedTokenizerFast" {
		base = strings.TrimSuffix(name, "Fast")
	}
	if c, ok := classes5[base]; ok {
		return c, nil
	}
	if slices.Contains(otherClasses, strings.TrimSuffix(base, "Tokenizer")) {
		return nil, fmt.Errorf("tokenizer_class %q is not supported: transformers builds that tokenizer from its own parts; save it as a file that holds "+
			"all of it: PreTrainedTokenizerFast(tokenizer_object=AutoTokenizer.from_pretrained(DIR)._tokenizer).save_pretrained(DIR)", name)
	}
	return generic, nil
}
