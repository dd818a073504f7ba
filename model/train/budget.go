package train

import (
	"errors"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:   "budget",
		Doc:    "10 (r - target)^2, r the relative `paper` FLOPs by the masks of a soft stage, so that one stage reaches a budget, in place of a mask regulariser with a steered weight (LTMP, Bonnaerens and Dambre, arXiv 2305.17328, section 3.3)",
		Params: []registry.Param{{Key: "target", Doc: "relative FLOPs; default: the budget that the method is trained for"}},
		New: func(a registry.Args) (Objective, error) {
			target, err := a.Float("target", 0, 0, 1)
			return budget{target}, err
		},
		Examples: []string{"budget:target=0.5", "budget:target=0.9,weight=2"},
	})
}

// budget is LTMP's loss. Of a sequence a(i) rows count as alive in layer i: n0 in layer 0,
// and after it the sum over rows of the product of the masks so far, where row 0 counts 1.
// The FLOPs are those of all sequences, with the rule's own networks, over those of no
// pruning.
type budget struct{ target float64 }

// Needs implements Objective.
func (o budget) Needs(f Fit) (Needs, error) {
	switch {
	case f.Learner == nil:
		return Needs{}, errors.New("there is no mask; only a stage in which the rule learns has one")
	case o.target == 0 && f.Budget == 0:
		return Needs{}, errors.New("which budget? give target=, or train for a budget")
	}
	return Needs{}, nil
}

// Add implements Objective.
func (o budget) Add(s *Step, weight float32) (float64, error) {
	if s.p.soft.keys != nil {
		return 0, errors.New("the masks of this rule weigh keys of attention, and are no shares of tokens kept; use another objective")
	}
	c, seqs, target := s.Config(), s.Batch.Seqs, o.target
	if target == 0 {
		target = s.p.fit.Budget
	}
	d, ff, layers := float64(c.Width), float64(c.FFN), c.Layers
	nets := make([]float64, layers+1)
	for l := range layers {
		if net := pruners.NetOf(s.p.Learner.Pruner(), l, layers, c.Width); net != nil {
			nets[l] = float64(net.FLOPs(c.Width))
		}
	}
	attention := func(l int, n float64) float64 { return 2*(2*d*n*n+4*d*d*n) + nets[l]*n }
	upTo := s.maskProducts()
	alive, paper, full := make([][]float64, layers+1), 0.0, 0.0
	for l := range alive {
		alive[l] = make([]float64, seqs.Count())
		for b := range alive[l] {
			n := float64(seqs.Len(b))
			if l > 0 {
				full += 2 * (2*d*n*n + 4*d*d*n + 2*d*ff*n)
				n = 1
				for r := seqs[b] + 1; r < seqs[b+1]; r++ {
					n += upTo[l-1][r]
				}
				paper += 2 * 2 * d * ff * n // of layer l-1
			}
			if alive[l][b] = n; l < layers {
				paper += attention(l, n)
			}
		}
	}
	off := paper/full - target
	// Down the layers: what the loss gains by a row's mask is what it gains by the product
	// up to that layer, and by the later ones that it is a factor of.
	rest := make([]float64, seqs.Rows())
	for l := layers - 1; l >= 0; l-- {
		m := s.Mask(l)
		for b := range seqs.Count() {
			each := 2 * 2 * d * ff
			if l+1 < layers {
				each += 2*(4*d*alive[l+1][b]+4*d*d) + nets[l+1]
			}
			each *= 20 * off / full
			for r := seqs[b] + 1; r < seqs[b+1]; r++ {
				rest[r] += each
				if m == nil {
					continue
				}
				before := 1.0
				if l > 0 {
					before = upTo[l-1][r]
				}
				m.DD[r] += weight * float32(before*rest[r])
				rest[r] *= float64(m.D[r])
			}
		}
	}
	return 10 * off * off, nil
}

// maskProducts are, for each layer, the products of each row's masks up to it.
func (s *Step) maskProducts() [][]float64 {
	upTo := make([][]float64, s.Config().Layers)
	for l := range upTo {
		upTo[l] = make([]float64, s.Batch.Seqs.Rows())
		m := s.Mask(l)
		for r := range upTo[l] {
			upTo[l][r] = 1
			if l > 0 {
				upTo[l][r] = upTo[l-1][r]
			}
			if m != nil {
				upTo[l][r] *= float64(m.D[r])
			}
		}
	}
	return upTo
}
