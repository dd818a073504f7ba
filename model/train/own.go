package train

import (
	"fmt"
	"math"
	"math/rand/v2"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// OwnLayer is a Linear that belongs to an objective, such as a head over tokens. It learns
// with the model and is resumed with it, but is no part of what a recipe saves.
type OwnLayer struct {
	Name    string
	In, Out int
}

// own is such a layer with its gradient.
type own struct {
	weights hw.Weights
	grad    linearGrad
}

// addOwn makes an objective's linear layer, whose weights begin at random: normal, with a
// deviation of 0.02.
func (t *Trainer) addOwn(term string, l OwnLayer) own {
	name := fmt.Sprintf("objective.%s.%s", term, l.Name)
	for i := 2; t.w.has(name + ".weight"); i++ { // another of the stage's terms has the objective too
		name = fmt.Sprintf("objective.%s.%d.%s", term, i, l.Name)
	}
	hash := t.o.Seed
	for _, c := range name {
		hash = ragged.Mix(hash ^ uint64(c))
	}
	random := rand.New(rand.NewPCG(hash, 0))
	w := make([]float32, l.Out*l.In)
	for i := range w {
		w[i] = float32(math.Max(-2, math.Min(2, random.NormFloat64())) * 0.02)
	}
	weights := t.memory.Trainable(w, make([]float32, l.Out), l.Out, l.In)
	t.w.packed = append(t.w.packed, weights)
	return own{weights, linearGrad{w: t.w.add(name+".weight", weights.W, true), b: t.w.add(name+".bias", weights.Bias, false)}}
}

// OwnLayer returns a layer that the objective asked for in its Needs, and the gradients of
// its weights, which LinearGrad adds to.
func (s *Step) OwnLayer(name string) (w hw.Weights, dw, db hw.Mat) {
	o := s.p.own[s.term][name]
	return o.weights, o.grad.w, o.grad.b
}

// Scratch returns the objective's i-th matrix for what it computes on the device. Its
// contents are undefined, and it is the objective's until the next step of the pass.
func (s *Step) Scratch(i, rows, cols int) hw.Mat {
	at := [2]int{s.term, i}
	m, ok := s.p.scratch[at]
	if !ok {
		m = s.t.memory.Floats(max(s.p.size.Rows, s.p.size.Seqs), cols)
		s.p.scratch[at] = m
	}
	return m.Top(rows)
}

// List returns the objective's i-th list, with the given values.
func (s *Step) List(i int, values []int32) hw.Ints {
	at := [2]int{s.term, i}
	l, ok := s.p.lists[at]
	if !ok {
		l = s.t.memory.Ints(s.p.size.Rows)
		s.p.lists[at] = l
	}
	l = l.Top(len(values))
	s.Device().WriteInts(l, values)
	return l
}
