package pruners

// Early is a rule that decides, in some layers, about the rows that reach a layer,
// before its attention, layer 0 included. There is no score of attention's to read then:
// View.Scores are those of its own network, nil without one. It has no Score in such a
// layer and is a Decider that decides. In the ledger, the feed-forward of the layer before
// counts all rows, and attention what is left.
type Early interface {
	Pruner
	// Before reports whether the rule decides before the layer's attention.
	Before(layer, layers int) bool
}

// Before reports whether a rule decides before a layer's attention.
func Before(p Pruner, layer, layers int) bool {
	e, ok := As[Early](p)
	return ok && e.Before(layer, layers)
}

// Shallow is a rule that runs the first layers of a model alone.
type Shallow interface {
	Pruner
	// Depth is how many of so many layers run, at least 1.
	Depth(layers int) int
	// Deep returns the rule with another depth, so that a budget can take the nearest.
	Deep(depth int) Pruner
}

// Depth returns how many of a model's layers run with a rule.
func Depth(p Pruner, layers int) int {
	if s, ok := As[Shallow](p); ok {
		return min(layers, s.Depth(layers))
	}
	return layers
}

// Deeper returns the rule with another depth; ok is false for one that is not Shallow.
func Deeper(p Pruner, depth int) (deep Pruner, ok bool) {
	return rewrap(p, func(s Shallow) Pruner { return s.Deep(depth) })
}

// KeyReader is a rule that calls View.Keys, after the attention of some layers.
type KeyReader interface {
	Pruner
	ReadsKeys(layer, layers int) bool
}

// ReadsKeys reports whether a rule calls View.Keys in any layer.
func ReadsKeys(p Pruner, layers int) bool {
	k, ok := As[KeyReader](p)
	for layer := 0; ok && layer < layers; layer++ {
		if k.ReadsKeys(layer, layers) {
			return true
		}
	}
	return false
}
