package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// networks are those of all passes' learners.
func (t *Trainer) networks() (list []*networks) {
	for _, p := range t.passes {
		if p.soft != nil && p.soft.nets != nil {
			list = append(list, p.soft.nets)
		}
	}
	return list
}

// learned are the parameters of all learners.
func (t *Trainer) learned() []pruners.Param {
	var list []pruners.Param
	for _, p := range t.passes {
		if p.Learner != nil {
			list = append(list, p.Learner.Params()...)
		}
	}
	return list
}

// controllers are those of all passes: each pass's own, then its terms'.
func (t *Trainer) controllers() []Controller {
	var list []Controller
	for _, p := range t.passes {
		if p.Steer != nil {
			list = append(list, p.Steer)
		}
		for _, term := range p.Terms {
			if term.Control != nil {
				list = append(list, term.Control)
			}
		}
	}
	return list
}

// setRules scales the rules of passes that are steered.
func (t *Trainer) setRules() {
	for _, p := range t.passes {
		if p.Steer != nil && p.rule != nil {
			p.rule, _ = pruners.Scale(p.Pruner, float32(p.Steer.Value()))
			p.run.SetPruner(p.rule)
		}
	}
}

// setDropout makes the masks of this step's pass i.
func (t *Trainer) setDropout(i int, r *model.Run) {
	if !t.o.Dropout {
		return
	}
	c, step := &t.e.Config, uint64(t.done)
	r.Dropout = func(layer int, site model.Site) hw.Dropout {
		rate := c.HiddenDropout
		switch site {
		case model.AttentionProbs:
			rate = c.AttentionDropout
		case model.HeadInput, model.HeadDense:
			rate = c.ClassifierDropout
		}
		seed := ragged.Mix(ragged.Mix(t.o.Seed^ragged.Mix(step)) ^ uint64(i)<<32 ^ uint64(layer+1)<<8 ^ uint64(site))
		return hw.Dropout{Rate: rate, Seed: seed}
	}
}
