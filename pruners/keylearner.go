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

// ShareLearner is a KeyLearner with a share of a sequence's tokens beside row 0 that each
// policy is to keep.
type ShareLearner interface {
	KeyLearner
	Share(layer int) float64
}

// SaliencyLearner is a KeyLearner by whose networks the tokens of a sequence share 1, so that they
// can learn shares of what each token is known to contribute.
type SaliencyLearner interface {
	KeyLearner
	// Divergence is the Kullback-Leibler divergence from the tokens' shares of saliency, a
	// number of each row of v, to their shares by v.Scores, mean over sequences. Both are
	// shares among what View.Policy leaves of the rows; a sequence without any saliency counts
	// 0. It adds weight times the gradient to dscores.
	Divergence(v View, saliency []float32, weight float64, dscores []float32) float64
}

// Aiming is a rule whose training aims at a number of tokens from its first step on, that of
// another rule, which is Tunable: a budget sets that before training.
type Aiming interface {
	Pruner
	// Aim is the other rule, or this one.
	Aim() Pruner
	// Aimed is the rule that aims at another Aim.
	Aimed(aim Pruner) Pruner
}

// ScoreMerger is a Merger between attention and feed-forward whose weights are functions of
// attention's scores, through which gradients go back where it prunes.
type ScoreMerger interface {
	Merger
	// WeightsGrad adds to dscores what the gradient of the weights that Merge makes of v
	// sends back.
	WeightsGrad(v View, dweights, dscores []float32)
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
