package pruners

// KeyLearner is a Learner that decides before attention, in the layers that it Masks, and
// removes nothing: what Mask sets is a policy, one number for each row, that weighs rows
// as keys of attention from that layer on, until a later layer's policy takes its place.
// Mask reads the one before in View.Policy (at first every row counts in full), and its
// gradient goes to MaskGrads.Policy. dmask is summed over the layers in which the policy
// has acted. Means in networks are weighed by View.Policy too.
type KeyLearner interface {
	Learner
	// Biases reports what a policy is: false: a weight in [0,1], from which a row's own
	// key is exempt (hw.Attention.KeyWeight); true: the logarithm of a weight, which is
	// added to all queries' logits of the key (hw.Attention.KeyBias).
	Biases() bool
}

// MergeLearner is the Learner of a Merger: it makes new rows while it learns, and the
// gradient of their weights comes back to it.
type MergeLearner interface {
	Learner
	// Merges reports whether the layer merges rows: before its attention where the rule
	// is Early there, else after it.
	Merges(layer int) bool
	// Merge is as in Merger. m is kept until MergeGrad.
	Merge(v View, m *Merged)
	// MergeGrad adds to the parameters' gradients, and to those in to, what the gradient of
	// m.Weights sends back. It sees the View and the Merged of the Merge call before.
	MergeGrad(v View, m *Merged, dweights []float32, to MaskGrads)
}
