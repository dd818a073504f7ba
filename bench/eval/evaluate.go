// Package eval runs models with pruning rules over examples, for what they answer,
// keep and compute.
package eval

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Evaluation is what a pass that is not timed finds. It computes all rows of the last
// layer, so that its scores, kept set and `paper` FLOPs exist. Lists have an entry per
// example. On one kernel path every bit of it is repeatable.
type Evaluation struct {
	Predicted []float64 // as Prediction makes it of the logits
	Logits    [][]float32
	Kept      [][]int  // per layer: tokens that leave it
	Entered   [][]int  // per layer: tokens that enter its attention; nil where those are what left the layer before
	Sets      []string // sixteen hex digits that identify the places of those tokens
	// Work is the sum over examples; None what the unpruned model would need. Executed
	// is that of a pass that is timed.
	Work, None model.Work
	OnHost     bool // the rule decided on the host
	Rows       int  // tokens of all examples together
}

// Evaluate runs the examples once, all rows of the last layer included. Whole means that
// passes that are timed compute the last layer's whole output too, which changes
// Work.Executed alone. When ctx ends, so does it, with ctx's error.
func Evaluate(ctx context.Context, e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, whole bool) (*Evaluation, error) {
	return Watched(ctx, e, rule, examples, whole, func(int) {})
}

// Watched is Evaluate that notifies step of each batch that has been run, and its tokens.
func Watched(ctx context.Context, e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, whole bool, step func(tokens int)) (*Evaluation, error) {
	x, c := &Evaluation{}, &e.Config
	longest := pruners.PaddedLength
	for _, one := range examples {
		longest = max(longest, len(one.IDs))
	}
	r := NewRunner(e, rule, model.Options{FullLastLayer: true})
	defer r.Close()
	err := r.Each(ctx, examples, func(i int, one Result) {
		x.Logits, x.Predicted, x.Kept = append(x.Logits, one.Logits), append(x.Predicted, Prediction(c, one.Logits)), append(x.Kept, one.Kept)
		x.Entered = append(x.Entered, entered(one))
		if one.Place == 0 {
			x.Sets = append(x.Sets, sets(one.Run, c.Layers)...)
			step(one.Run.Batch.Seqs.Rows())
		}
		x.Rows += one.Tokens
		x.Work.Add(work(c, rule, one.Tokens, one.Alive, one.Kept, longest, whole))
		n := full(c, one.Tokens)
		x.None.Add(work(c, pruners.None{}, one.Tokens, n, n, longest, whole))
	})
	if err != nil {
		return nil, err
	}
	x.OnHost = r.Last().SelectedOnHost()
	return x, nil
}

// work is one example's, from the counts of an evaluation.
func work(c *model.Config, rule pruners.Pruner, tokens int, alive, kept []int, longest int, whole bool) model.Work {
	w := model.Work{Paper: model.PaperBy(c, rule, tokens, alive, kept), Padded: model.Padded(c, longest)}
	last := pruners.Depth(rule, c.Layers) - 1
	if whole {
		w.Executed = model.ExecutedBy(c, rule, tokens, alive, alive, kept, whole)
	} else { // row 0 alone asks in the last layer, and nothing else leaves it
		asking, leaving := append([]int(nil), alive...), append([]int(nil), kept...)
		asking[last], leaving[last] = 1, 1
		w.Executed = model.ExecutedBy(c, rule, tokens, asking, alive, leaving, whole)
	}
	cost := pruners.RuleOf(rule).Cost
	for l, n := range alive {
		if score := rule.Score(l, c.Layers); score.Kind != 0 && (whole || l != last) {
			w.Selection += model.Reading(c, score, n)
			if pruners.Decides(rule, l, c.Layers) {
				w.Selection += model.Choosing(n, cost)
			}
		}
		if cost == pruners.Matches && pruners.Decides(rule, l, c.Layers) && (whole || l != last) {
			w.Selection += model.Matching(c, n)
		}
	}
	return w
}

// entered is how many rows enter each layer's attention; nil where they are those that
// left the layer before, so that Kept says it all.
func entered(one Result) []int {
	n := one.Tokens
	for l, a := range one.Alive {
		if a != n && (a > 0 || l == 0) {
			return one.Alive
		}
		n = one.Kept[l]
	}
	return nil
}

// full is the counts of a sequence that keeps all.
func full(c *model.Config, n int) []int {
	list := make([]int, c.Layers)
	for i := range list {
		list[i] = n
	}
	return list
}

// sets hashes, for each sequence of the batch just run, which places leave which layer.
func sets(r *model.Run, layers int) []string {
	var hashes [][]byte
	for l := range layers {
		seqs, places := r.Kept(l)
		count := seqs.Count()
		if hashes == nil {
			hashes = make([][]byte, count)
		}
		for b := range count {
			for _, at := range places[seqs[b]:seqs[b+1]] {
				hashes[b] = binary.LittleEndian.AppendUint32(hashes[b], uint32(at))
			}
			hashes[b] = binary.LittleEndian.AppendUint32(hashes[b], ^uint32(0))
		}
	}
	list := make([]string, len(hashes))
	for b, all := range hashes {
		sum := sha256.Sum256(all)
		list[b] = hex.EncodeToString(sum[:8])
	}
	return list
}
