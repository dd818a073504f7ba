// Package pruners holds the rules that decide, between a layer's attention and
// its feed-forward or before its attention, which tokens continue. A rule is one file; it registers itself
// under the name that its spec string begins with.
//
// A rule is a score times a decision: which number attention is to report for
// each token (Score), and what to make of it (Keep). Both are pure: all that a
// decision may depend on is in the View.
package pruners

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// Pruner decides which rows of a packed batch live on. Values are immutable and
// safe for concurrent use.
type Pruner interface {
	// Spec is the rule with all its parameters; Parse(p.Spec().String()) equals p.
	Spec() Spec
	// Score is what the rule wants to read of the given layer. NoScore costs
	// nothing, and Keep is not called for a layer without a score unless the
	// rule is a Decider.
	Score(layer, layers int) hw.Score
	// Keep sets keep[row] for each row that lives on; it finds all false. The
	// caller has refused NaN scores before, and keeps row 0 of each sequence after.
	Keep(v View, keep []bool)
}

// View is what a pruner may know when it decides. The slices belong to the
// caller and are valid during the call only.
type View struct {
	Layer, Layers, Heads int
	Seqs                 ragged.Seqs // the living rows of each sequence
	Full                 []int32     // per sequence: n0, its tokens before any pruning
	Second               []int32     // per sequence: the position at which the second text of a pair begins; n0 where there is one text
	Positions            []int32     // per row: its place in the original sequence
	Examples             []uint64    // per sequence: a hash of its ids, the key of anything random
	Sizes                []float32   // per row: what the last merging has left there as Merged.Sizes; nil: each counts as one
	Scores               []float32   // per row: what Score asked for, or a network's outputs; nil if nothing
	Width                int
	// Policy, in training before a KeyLearner's decision, is what the one before it has
	// left, one number for each row; nil elsewhere.
	Policy []float32
	// Progress, in training, is the share of the stage that is over.
	Progress float64
	// Draw, in training, is what random choices are drawn by, with example and position:
	// of seed, step and pass. 0 elsewhere.
	Draw uint64
	// Hidden returns the layer's input, one row of Width values per row. It may
	// have to fetch them from a device, so a rule that needs none does not call it.
	Hidden func() []float32
	// Keys returns attention's keys, one row of Width values per row, its heads one after
	// another, for a KeyReader that decides after attention. Like Hidden it may have to fetch them.
	Keys func() []float32
}

// Checker is a rule that does not fit every model.
type Checker interface {
	Pruner
	// Check reports why the rule does not fit a model of so many layers.
	Check(layers int) error
}

// Decider is a rule that decides in other layers than those of which it reads a
// score: one that reads none, such as a random one, or one whose scores add up over
// layers in which it keeps all.
type Decider interface {
	Pruner
	// Decides reports whether Keep is to be called for the layer.
	Decides(layer, layers int) bool
}

// Tunable is a rule of which one number, its knob, determines how much it drops, so that it
// can be brought to a budget.
type Tunable interface {
	Pruner
	// Tune returns the rule with its knob set by x, 0 to 1: it drops least at 0, most at
	// 1, and more the larger x is. Numbers that are written out are rounded to four decimals.
	Tune(x float64) Pruner
}

// Scaler is a rule that compares scores with its own numbers, which training may
// scale all together while it steers towards a budget.
type Scaler interface {
	Pruner
	// Scaled returns the rule with these numbers multiplied by f.
	Scaled(f float32) Pruner
}

// Counted is a rule whose numbers of kept tokens follow from a sequence's length alone.
type Counted interface {
	Pruner
	// Kept is how many tokens of a sequence of full tokens leave the layer, if
	// that many are still alive.
	Kept(layer, layers, full int) int
}

// Unprotected is a rule whose Keep looks after row 0 itself. KeepUnprotected is
// the same decision without that, as published code takes it: row 0 may go, and
// every row. The Keep of other rules is used where nothing is to be protected.
type Unprotected interface {
	Pruner
	KeepUnprotected(v View, keep []bool)
}

// Merger is a rule that makes new rows out of old ones instead of choosing some
// (token merging, pooling). Merge is called in place of Keep, after the layer's
// attention and before its feed-forward.
type Merger interface {
	Pruner
	// Merge describes the new rows, sequence after sequence. Of each sequence at
	// least one row remains, and the first has old row 0 as its first source.
	Merge(v View, m *Merged)
}

// Merged is what a Merger returns: new row i is the sum of Weights[j] times old
// row Rows[j] for j in [Offsets[i], Offsets[i+1]). It takes over the position of
// its first source. Slices are reused from call to call: append to [:0].
type Merged struct {
	Next          ragged.Seqs // offsets of the new sequences, in new rows
	Offsets, Rows []int32
	Weights       []float32
	// Sizes, if not nil, says for how many tokens each new row stands: attention
	// of later layers adds log(size) to its key (proportional attention, ToMe).
	Sizes []float32
}

// OnDevice is a rule that can decide in the device's memory. KeepOn reports
// false if the device lacks the kernel; then Keep decides on the host and the
// record says so.
type OnDevice interface {
	Pruner
	KeepOn(d hw.Device, v DeviceView, s Selection) bool
}

// DeviceView is a View whose contents stay on the device.
type DeviceView struct {
	Layer, Layers, Heads int
	Seqs                 hw.Seqs
	Full                 hw.Ints // per sequence: n0
	FullHost             []int32 // the same, known to the host from the beginning
	Scored               hw.Mat  // per row
	// PerSequence is room for one float per sequence, for the rule's own use.
	PerSequence hw.Mat
}

// Selection is where a decision on the device goes: the rows that live on,
// ascending, and the offsets of what is left. Entries of Rows past the end are 0.
type Selection struct {
	Rows, Offsets hw.Ints
}

// Learnable is a rule with parameters that training can choose.
type Learnable interface {
	Pruner
	// Learn returns the rule's state in training, beginning at the rule's own
	// parameters. A Predictor has been given weights before (see Begin).
	Learn(o LearnOptions) (Learner, error)
}

// LearnOptions is what a rule needs to know to begin learning.
type LearnOptions struct {
	Layers, Heads, Width int
	Temperature          float32 // T of sigmoid((score - theta)/T), LTP section 3.3
	Seed                 uint64  // for parameters that begin at random
}

// Learner is a rule while it learns: a soft mask for each row instead of a
// decision, and its derivatives. Not safe for concurrent use.
type Learner interface {
	// Params are the values that learn, with room for their gradients.
	Params() []Param
	// Score is what Mask reads of the layer; without one the mask is not asked for.
	Score(layer int) hw.Score
	// Masks reports whether the layer has a soft mask.
	Masks(layer int) bool
	// Mask sets mask[row] in [0,1], which multiplies the block's output (see KeyLearner
	// for another effect).
	Mask(v View, mask []float32)
	// MaskGrad adds to the parameters' gradients, and to those in to, what dmask
	// sends back. It sees the View and the mask of the Mask call before.
	MaskGrad(v View, mask, dmask []float32, to MaskGrads)
	// UsesHidden reports whether MaskGrads.Hidden is ever touched.
	UsesHidden() bool
	// Pruner is the hard rule with the parameters as they are now.
	Pruner() Pruner
}

// Inside is a Learner whose masks multiply what enters a layer's feed-forward, not what
// the block makes of it.
type Inside interface {
	Learner
	Inside()
}

// MaskGrads are the gradients that a learner adds to; nil: not wanted.
type MaskGrads struct {
	Scores []float32 // of View.Scores
	Hidden []float32 // of View.Hidden
	Policy []float32 // of View.Policy
}

// Param is a list of values that learn, on the host; Grad has the same length.
type Param struct {
	Name        string
	Value, Grad []float32
	// Fixed[i], if Fixed is not nil, keeps Value[i] as it is.
	Fixed []bool
	// Within, if not both 0, is the range that values are kept in after each step.
	Within [2]float32
	// Rate, if not 0, multiplies the learning rate.
	Rate float32
}
