package model

import (
	"math/bits"

	"ltpbench/hw"
	"ltpbench/pruners"
)

// The ledger counts two operations, a multiplication and an addition, for each product of a matrix product
// inside the L encoder blocks. Embedding, head, biases, softmax, LayerNorm and GELU are in none of its columns.
// All counts are of real tokens and exact. d is Width, a[i] the rows that enter the attention of layer i, f[i] those
// that leave the layer; a[i+1] = f[i] where no rule decides before attention. Each list has one entry per layer, 0 for
// one that does not run.

// Work is what was computed for some examples, column by column. Values add up over examples.
type Work struct {
	Paper     int64 // the published formula: Paper, PaperBy
	Executed  int64 // what the encoder asks of a device: Executed, ExecutedBy
	Padded    int64 // the formula for the unpruned model and inputs padded to the maximal length: Padded
	Selection int64 // additions and comparisons spent on scores and choices: Reading, Choosing; in no other column
}

// Add adds another example's work, or another sum.
func (w *Work) Add(v Work) {
	w.Paper += v.Paper
	w.Executed += v.Executed
	w.Padded += v.Padded
	w.Selection += v.Selection
}

// Ratio is work relative to a baseline's, ratio of sums by ratio of sums; 0 where the baseline has none.
type Ratio struct {
	Paper    float64
	Executed float64
	Padded   float64 // Paper over the baseline's Padded, the reading behind many published multipliers
}

// Relative is this work over that of the unpruned model on the same examples.
func (w Work) Relative(none Work) Ratio {
	return Ratio{ratio(w.Paper, none.Paper), ratio(w.Executed, none.Executed), ratio(w.Paper, none.Padded)}
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Paper is the count that Kim et al. 2022 (arXiv 2107.00910) publish:
//
//	2 * sum_i (2 d a_i^2 + 4 d^2 a_i + 2 d d_ff f_i)
//
// It counts context products and output projections of rows that the same layer drops, which need not be computed.
func Paper(c *Config, a, f []int) int64 {
	c.mustMatch(a, f)
	d, ff, sum := int64(c.Width), int64(c.FFN), int64(0)
	for i := range a {
		ai, fi := int64(a[i]), int64(f[i])
		sum += 2*d*ai*ai + 4*d*d*ai + 2*d*ff*fi
	}
	return 2 * sum
}

// Full is Paper for a sequence of n tokens that keeps them all.
func Full(c *Config, n int) int64 {
	d, ff, m := int64(c.Width), int64(c.FFN), int64(n)
	return 2 * int64(c.Layers) * (2*d*m*m + 4*d*d*m + 2*d*ff*m)
}

// Padded is Full for an input padded to maxLen tokens.
func Padded(c *Config, maxLen int) int64 { return Full(c, maxLen) }

// Executed is what the encoder asks a device to multiply. q[i] rows ask in layer i: a[i] of them, or only row 0 in the last
// layer of a classifier, whose f is then 1 too.
//
//	2 * sum_i (d^2 q + 2 d^2 a + d q a + d f a + d^2 f + 2 d d_ff f)
//
// are query, key and value projection, scores, context, output projection and feed-forward network.
// With q = a = f it is Paper. It counts what the encoder asks of a device. What a device computes besides, because
// that is faster, is not counted: the CPU's fused attention makes the context of rows that the layer then drops too,
// where a rule reads scores. ExecutedBy adds what belongs to a rule.
func Executed(c *Config, q, a, f []int) int64 {
	c.mustMatch(a, f)
	c.mustMatch(q, a)
	d, ff, sum := int64(c.Width), int64(c.FFN), int64(0)
	for i := range a {
		qi, ai, fi := int64(q[i]), int64(a[i]), int64(f[i])
		sum += d*d*qi + 2*d*d*ai + d*qi*ai + d*fi*ai + d*d*fi + 2*d*ff*fi
	}
	return 2 * sum
}

// Reading counts the additions by which a layer of n living rows gives each row its score: H n^2 for what it
// receives over heads and rows, H n for what row 0 alone pays, and n more where it is added to a sum.
func Reading(c *Config, s hw.Score, n int) int64 {
	rows := int64(n)
	sum := int64(c.Heads) * rows
	if s.Kind != hw.FromFirst {
		sum *= rows
	}
	if s.Accumulated {
		sum += rows
	}
	return sum
}

// Matching counts the additions and comparisons of a rule that matches n rows: the mean of each key over heads, the
// inner products of every other row's with each of the rest, the best of these, and their order.
func Matching(c *Config, n int) int64 {
	rows, even := int64(n), int64(max(0, n-1)/2)
	return rows*int64(c.Width) + even*(rows-even)*int64(c.Width/c.Heads+1) + Choosing(int(even), pruners.Ranks)
}

// Choosing counts the comparisons of a rule that chooses among n scores.
func Choosing(n int, cost pruners.Cost) int64 {
	if cost == pruners.Ranks && n > 0 {
		return int64(n) * int64(bits.Len(uint(n-1)))
	}
	return int64(n)
}

func (c *Config) mustMatch(a, f []int) {
	if len(a) != c.Layers || len(f) != c.Layers {
		panic("model: the ledger needs one count per layer")
	}
}
