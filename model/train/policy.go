package train

import (
	"math"

	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/pruners"
)

// policyState is which policy of a KeyLearner is in force, on the way forward and back.
type policyState struct {
	biases  bool
	first   []float32 // what is in force before the first decision: every row counts in full
	now     []float32 // the last decision's, or first
	layer   int       // that made the last decision; -1: none
	dbefore []float32 // on the way back: the gradient of the policy before the last decision passed

	dweights []float32 // where policies are logarithms: the gradient of the weights themselves
}

func newPolicyState(rows int, biases bool) policyState {
	s := policyState{biases: biases, first: make([]float32, rows), dbefore: make([]float32, rows), dweights: make([]float32, rows)}
	for i := range s.first {
		if !biases {
			s.first[i] = 1
		}
	}
	return s
}

// half is the policy of a row that counts half.
func (s *policyState) half() float32 {
	if s.biases {
		return -math.Ln2
	}
	return 0.5
}

// start begins a forward pass over so many rows.
func (s *policyState) start(rows int) {
	s.layer = -1
	if s.first != nil {
		s.now = s.first[:rows]
	}
}

// decide makes a layer's policy and puts it in force.
func (f *soft) decide(r *model.Run, a *model.Activations) {
	l, s := &f.layers[a.Layer], &f.policy
	r.ScoreEntry(a, l.weights(s))
	v := r.EntryView(a)
	if err := pruners.CheckScores(v); err != nil {
		r.Fail(err)
		return
	}
	n := v.Seqs.Rows()
	v.Policy = s.now
	l.Mask = Mask{D: l.d[:n], DD: l.dd[:n], DScores: l.dscores[:len(v.Scores)]}
	clear(l.DD)
	clear(l.DScores)
	f.learner.Mask(v, l.D)
	f.tally.enter(v.Seqs, l.D, s.half())
	s.now, s.layer = l.D, a.Layer
	device := l.device.Top(n)
	r.Device().Write(device, l.D)
	r.Device().(hw.Backward).Zero(l.dweights)
	if s.biases {
		a.KeyBias = device
	} else {
		a.KeyWeight = device
	}
}

// weights are what the policy in force weighs rows by in a network's means.
func (l *softLayer) weights(s *policyState) []float32 {
	if !s.biases {
		return s.now
	}
	l.weighs = l.weighs[:0]
	for _, x := range s.now {
		l.weighs = append(l.weighs, float32(math.Exp(float64(x))))
	}
	return l.weighs
}

// decided is the layer whose policy is in force in a layer; -1: none.
func (f *soft) decided(layer int) int {
	for ; layer >= 0; layer-- {
		if f.learner.Masks(layer) {
			return layer
		}
	}
	return -1
}

// keyGrads has the gradient of a layer's attention add to that of the policy in force.
func (p *pass) keyGrads(a *model.Activations, to *hw.AttentionGrads) {
	f := p.soft
	if f == nil || f.keys == nil {
		return
	}
	if a.Last {
		clear(f.policy.dbefore)
	}
	layer := f.decided(a.Layer)
	if layer < 0 {
		return
	}
	if d := f.layers[layer].dweights.Top(a.Seqs.Rows); f.policy.biases {
		to.KeyBias = d
	} else {
		to.KeyWeight = d
	}
}

// decision is what a layer's decision has read.
func (p *pass) decision(a *model.Activations) pruners.View {
	f, v := p.soft, p.run.EntryView(a)
	v.Policy = f.policy.first[:v.Seqs.Rows()]
	if earlier := f.decided(a.Layer - 1); earlier >= 0 {
		v.Policy = f.layers[earlier].D
	}
	return v
}

// decideGrad goes back through a layer's decision: what it read gets its gradient, the rows
// that reached the layer in dx.
func (p *pass) decideGrad(d hw.Backward, a *model.Activations, dx hw.Mat) {
	f := p.soft
	if f == nil || f.keys == nil || !f.learner.Masks(a.Layer) {
		return
	}
	l, s := &f.layers[a.Layer], &f.policy
	v := p.decision(a)
	n := v.Seqs.Rows()
	dmask, dscores := f.dmask[:n], f.dscores[:len(v.Scores)]
	d.Read(dmask, l.dweights.Top(n))
	for i := range dmask {
		dmask[i] += l.DD[i] + s.dbefore[i]
	}
	clear(s.dbefore)
	copy(dscores, l.DScores)
	clear(f.dhidden)
	f.learner.MaskGrad(v, l.D, dmask, pruners.MaskGrads{Scores: dscores, Hidden: f.dhidden, Policy: s.dbefore[:n]})
	if f.dhidden != nil {
		f.addHidden(d, dx)
	}
	if net := f.Network(a.Layer); net != nil {
		to := f.scored(net, n)
		d.Write(to, dscores)
		if !s.biases {
			f.nets.backward(a.Layer, to, dx, s.dbefore[:n])
			return
		}
		clear(s.dweights)
		f.nets.backward(a.Layer, to, dx, s.dweights[:n])
		for i, w := range l.weighs[:n] {
			s.dbefore[i] += w * s.dweights[i]
		}
	}
}
