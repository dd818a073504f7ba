package model

import (
	"fmt"
	"maps"
	"slices"

	"ltpbench/hw"
)

// Family names one of the encoder families, as config.json's model_type does.
type Family string

// The families that can be loaded, run, trained and saved.
const (
	BERT       Family = "bert" // MiniLM, bge and e5 are BERTs too
	RoBERTa    Family = "roberta"
	XLMRoBERTa Family = "xlm-roberta"
	CamemBERT  Family = "camembert"
	DistilBERT Family = "distilbert"
	ELECTRA    Family = "electra"
	ALBERT     Family = "albert"
)

// family is what makes a family differ from others: its names in files, and what little of the computation is its
// own. All code asks for these fields, none for the family's name.
type family struct {
	class string // of transformers, without what it is for
	keys  keys   // config.json
	parts parts  // the weights' names

	afterPad bool   // positions are counted from the one after pad_token_id, over tokens that are no padding
	segments bool   // there is a segment embedding
	project  string // the linear that widens embeddings, where they may be narrower than the layers
	narrow   int    // embedding_size where config.json does not say; 0: hidden_size
	always   bool   // that linear is there whatever the widths
	grouped  bool   // layers share weights, see num_hidden_groups

	headAct   hw.Act // of the head's dense layer
	headInput bool   // dropout is before that layer too
}

var families = map[Family]*family{
	BERT: {class: "Bert", keys: bertKeys, parts: bertParts("bert."), segments: true, headAct: hw.Tanh},
	RoBERTa: {class: "Roberta", keys: robertaKeys, parts: robertaParts("roberta."), afterPad: true, segments: true,
		headAct: hw.Tanh, headInput: true},
	DistilBERT: {class: "DistilBert", keys: distilKeys, parts: distilParts, headAct: hw.ReLU},
	ELECTRA: {class: "Electra", keys: bertKeys, parts: robertaParts("electra."), segments: true, project: "embeddings_project", narrow: 128,
		headAct: hw.GELU, headInput: true},
	ALBERT: {class: "Albert", keys: albertKeys, parts: albertParts, segments: true, project: "encoder.embedding_hidden_mapping_in", narrow: 128,
		always: true, grouped: true, headAct: hw.Tanh},
}

func init() { // RoBERTas under other names
	for name, class := range map[Family]string{XLMRoBERTa: "XLMRoberta", CamemBERT: "Camembert"} {
		f := *families[RoBERTa]
		f.class = class
		families[name] = &f
	}
}

// family returns the configuration's; nil if it is not known.
func (c *Config) family() *family { return families[c.Family] }

// errFamily lists the families that exist.
func errFamily(name Family) error {
	return fmt.Errorf("model_type %q is not supported: use one of %q", name, slices.Sorted(maps.Keys(families)))
}

// keys are the names one family's config.json uses where families differ.
type keys struct {
	layers, width, heads, ffn, act                     string
	hiddenDropout, attentionDropout, classifierDropout string
	eps                                                string // empty: 1e-12, a constant of the code
	defaultPad, defaultSegments                        int
	defaultDropout                                     float32 // of hidden rows and of attention
	defaultClassifierDropout                           float32 // negative: the same as hiddenDropout
	defaultAct                                         string
}

var bertKeys = keys{
	layers: "num_hidden_layers", width: "hidden_size", heads: "num_attention_heads", ffn: "intermediate_size", act: "hidden_act",
	hiddenDropout: "hidden_dropout_prob", attentionDropout: "attention_probs_dropout_prob", classifierDropout: "classifier_dropout",
	eps: "layer_norm_eps", defaultSegments: 2, defaultDropout: 0.1, defaultClassifierDropout: -1, defaultAct: "gelu",
}

var distilKeys = keys{
	layers: "n_layers", width: "dim", heads: "n_heads", ffn: "hidden_dim", act: "activation",
	hiddenDropout: "dropout", attentionDropout: "attention_dropout", classifierDropout: "seq_classif_dropout",
	defaultDropout: 0.1, defaultClassifierDropout: 0.2, defaultAct: "gelu",
}

var robertaKeys, albertKeys = func() (keys, keys) {
	roberta, albert := bertKeys, bertKeys
	roberta.defaultPad = 1
	albert.classifierDropout, albert.defaultClassifierDropout = "classifier_dropout_prob", 0.1
	albert.defaultDropout, albert.defaultAct = 0, "gelu_new"
	return roberta, albert
}()

// activations by the name that config.json gives them.
var activations = map[string]hw.Act{
	"gelu": hw.GELU, "gelu_python": hw.GELU, "gelu_new": hw.GELUTanh, "gelu_pytorch_tanh": hw.GELUTanh, "gelu_fast": hw.GELUTanh,
	"gelu_accurate": hw.GELUTanh, "quick_gelu": hw.QuickGELU, "relu": hw.ReLU, "silu": hw.SiLU, "swish": hw.SiLU, "tanh": hw.Tanh,
}

// Act is the activation of the feed-forward networks.
func (c *Config) Act() hw.Act { return activations[c.activation()] }

func (c *Config) activation() string {
	if c.Activation == "" {
		return "gelu"
	}
	return c.Activation
}

// HeadAct is the activation of the head's dense layer.
func (c *Config) HeadAct() hw.Act { return c.family().headAct }

// HeadInputDropout reports whether training drops elements of the head's input too, before its dense layer.
func (c *Config) HeadInputDropout() bool { return c.family().headInput }

// Embedding is the width of the embeddings' rows; where it is not Width, or the family has it so, a linear takes them to
// Width (see Projects).
func (c *Config) Embedding() int {
	if c.EmbeddingWidth == 0 {
		return c.Width
	}
	return c.EmbeddingWidth
}

// Projects reports whether a linear stands between the embedding and the first layer.
func (c *Config) Projects() bool {
	f := c.family()
	return f != nil && f.project != "" && (f.always || c.Embedding() != c.Width)
}

// Stored is how many layers have their own weights: Layers, or Groups of layers that share them.
func (c *Config) Stored() int {
	if c.Groups == 0 {
		return c.Layers
	}
	return c.Groups
}

// StoredLayer is which of the Stored layers' weights a layer uses.
func (c *Config) StoredLayer(layer int) int { return layer * c.Stored() / max(1, c.Layers) }
