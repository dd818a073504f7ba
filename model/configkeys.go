package model

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
	if k.eps != "" {
		all = append(all, rate{k.eps, &c.Eps})
	}
	return all
}
