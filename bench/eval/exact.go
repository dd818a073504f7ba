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
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Exact is what an exact pass finds: a pass that is not timed and computes all rows
// of the last layer, so that its scores, kept set and `paper` FLOPs exist. Lists have
// an entry per example. On one kernel path every bit of it is repeatable.
type Exact struct {
	Predicted []float64 // the class with the largest logit, or a regression's one logit
	Logits    [][]float32
	Kept      [][]int  // per layer: tokens that leave it
	Sets      []string // sixteen hex digits that stand for the places of those tokens
	// Work is the sum over examples; None what the unpruned model would need. Executed
	// is that of a pass that is timed.
	Work, None model.Work
	OnHost     bool // the rule decided on the host
	Rows       int  // tokens of all examples together
}

// batch is how many examples an exact pass runs at once; results do not depend on it.
const batch = 32

// Evaluate runs the exact pass. Whole says that passes that are timed compute the
// last layer's whole output too. When ctx ends, so does it, with ctx's error.
func Evaluate(ctx context.Context, e *model.Encoder, rule pruners.Pruner, examples []train.Example, whole bool) (*Exact, error) {
	batches := Pack(examples, Batching{Sequences: batch})
	r, err := model.NewHardRun(e, rule, Size(batches), model.Options{Exact: true})
	if err != nil {
		return nil, err
	}
	x := &Exact{}
	longest := pruners.PaddedLength
	for _, one := range examples {
		longest = max(longest, len(one.IDs))
	}
	for _, b := range batches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.Load(b)
		m := e.Forward(r)
		if err := r.Sync(); err != nil {
			return nil, err
		}
		logits := make([]float32, m.Rows*m.Cols)
		e.Device.Read(logits, m)
		_, alive, kept := r.Counts()
		x.Sets = append(x.Sets, sets(r, e.Config.Layers, m.Rows)...)
		for at := range m.Rows {
			own := logits[at*m.Cols : (at+1)*m.Cols]
			x.Logits, x.Kept, x.Rows = append(x.Logits, own), append(x.Kept, kept[at]), x.Rows+alive[at][0]
			predicted := float64(own[0])
			if len(own) > 1 {
				predicted = float64(largest(own))
			}
			x.Predicted = append(x.Predicted, predicted)
			x.Work.Add(work(&e.Config, rule, alive[at], kept[at], longest, whole))
			n := full(&e.Config, alive[at][0])
			x.None.Add(work(&e.Config, pruners.None{}, n, n, longest, whole))
		}
	}
	x.OnHost = r.SelectedOnHost()
	return x, nil
}

// work is one example's, from the counts of the exact pass.
func work(c *model.Config, rule pruners.Pruner, alive, kept []int, longest int, whole bool) model.Work {
	w := model.Work{Paper: model.Paper(c, alive, kept), Padded: model.Padded(c, longest)}
	last := c.Layers - 1
	if whole {
		w.Executed = model.Executed(c, alive, alive, kept)
	} else { // row 0 alone asks in the last layer, and nothing else leaves it
		asking, leaving := append([]int(nil), alive...), append([]int(nil), kept...)
		asking[last], leaving[last] = 1, 1
		w.Executed = model.Executed(c, asking, alive, leaving)
	}
	var read []int
	for l, n := range alive {
		if rule.Score(l, c.Layers).Kind != 0 && (whole || l != last) {
			read = append(read, n)
		}
	}
	by := model.Compare
	if r, ok := rule.(pruners.Ranker); ok && r.Ranks() {
		by = model.Sort
	}
	w.Selection = model.Selection(c, read, by)
	return w
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
func sets(r *model.Run, layers, count int) []string {
	hashes := make([][]byte, count)
	for l := range layers {
		seqs, places := r.Kept(l)
		for b := range count {
			for _, at := range places[seqs[b]:seqs[b+1]] {
				hashes[b] = binary.LittleEndian.AppendUint32(hashes[b], uint32(at))
			}
			hashes[b] = binary.LittleEndian.AppendUint32(hashes[b], ^uint32(0))
		}
	}
	list := make([]string, count)
	for b, all := range hashes {
		sum := sha256.Sum256(all)
		list[b] = hex.EncodeToString(sum[:8])
	}
	return list
}

func largest(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// Size is what the largest of the batches needs.
func Size(batches []ragged.Batch) model.Size {
	var s model.Size
	for _, b := range batches {
		s.Fit(b.Seqs)
	}
	return s
}
