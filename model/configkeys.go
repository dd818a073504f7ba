package model

// keys are the names one family's config.json uses where families differ.
type keys struct {
	layers, width, heads, ffn, act                     string
	hiddenDropout, attentionDropout, classifierDropout string
	defaultPad, defaultSegments                        int
	defaultClassifierDropout                           float32 // negative: the same as hiddenDropout
	class                                              string  // of transformers, without what it is for
}

var bertKeys = keys{
	layers: "num_hidden_layers", width: "hidden_size", heads: "num_attention_heads", ffn: "intermediate_size", act: "hidden_act",
	hiddenDropout: "hidden_dropout_prob", attentionDropout: "attention_probs_dropout_prob", classifierDropout: "classifier_dropout",
	defaultSegments: 2, defaultClassifierDropout: -1, class: "Bert",
}

var fields = map[Family]keys{
	BERT:    bertKeys,
	RoBERTa: robertaKeys(),
	DistilBERT: {
		layers: "n_layers", width: "dim", heads: "n_heads", ffn: "hidden_dim", act: "activation",
		hiddenDropout: "dropout", attentionDropout: "attention_dropout", classifierDropout: "seq_classif_dropout",
		defaultClassifierDropout: 0.2, class: "DistilBert",
	},
}

func robertaKeys() keys {
	k := bertKeys
	k.defaultPad, k.class = 1, "Roberta"
	return k
}

// size is a whole number that a configuration cannot do without.
type size struct {
	key   string
	value *int
	most  int
}

func (k keys) sizes(c *Config) []size {
	return []size{
		{k.layers, &c.Layers, 1 << 12}, {k.width, &c.Width, 1 << 20}, {k.heads, &c.Heads, 1 << 20}, {k.ffn, &c.FFN, 1 << 24},
		{"vocab_size", &c.Vocab, 1 << 28}, {"max_position_embeddings", &c.Positions, 1 << 24},
	}
}

// rate is a number with a fraction.
type rate struct {
	key   string
	value *float32
}

func (k keys) rates(c *Config) []rate {
	all := []rate{
		{k.hiddenDropout, &c.HiddenDropout}, {k.attentionDropout, &c.AttentionDropout}, {k.classifierDropout, &c.ClassifierDropout},
		{"initializer_range", &c.InitRange},
	}
	if c.Family != DistilBERT { // there it is a constant of the code, 1e-12
		all = append(all, rate{"layer_norm_eps", &c.Eps})
	}
	return all
}
