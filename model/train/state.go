package train

import (
	"fmt"
	"slices"

	"ltpbench/hw"
	"ltpbench/model"
)

// State is all that a stage needs to resume after a step, to the last bit.
type State struct {
	Done int `json:"step"` // steps taken
	// Controllers are the states of the passes' controllers, in their order.
	Controllers [][]float64    `json:"controllers,omitempty"`
	Learner     []LearnerState `json:"learner,omitempty"`
	Sums        [][]float64    `json:"sums,omitempty"` // of the passes' objectives, in their order
	// Tensors hold what learns and its two moments, as value/NAME, first/NAME and second/NAME.
	Tensors map[string]model.Tensor `json:"-"`
}

// LearnerState is one of a learner's parameters with its moments.
type LearnerState struct {
	Name          string
	Value         []float32
	First, Second []float64
}

// State copies a trainer's state to the host.
func (t *Trainer) State() (*State, error) {
	s := &State{Done: t.done, Tensors: map[string]model.Tensor{}}
	for _, c := range t.controllers() {
		s.Controllers = append(s.Controllers, c.State())
	}
	for _, sums := range t.sums() {
		s.Sums = append(s.Sums, slices.Clone(sums))
	}
	t.eachPart(func(name string, m hw.Mat) {
		x := model.Tensor{Shape: []int{m.Rows, m.Cols}, Data: make([]float32, m.Rows*m.Cols)}
		t.w.d.Read(x.Data, m)
		s.Tensors[name] = x
	})
	for i, p := range t.learned() {
		s.Learner = append(s.Learner, LearnerState{p.Name, slices.Clone(p.Value), slices.Clone(t.moments[i].m), slices.Clone(t.moments[i].v)})
	}
	return s, t.w.d.Sync()
}

// Resume puts a trainer made like the one that s is of where that one stood.
func (t *Trainer) Resume(s *State) error {
	if s.Done < 0 || s.Done > t.o.Steps {
		return fmt.Errorf("the state is of step %d; the stage has %d", s.Done, t.o.Steps)
	}
	learned, parts := t.learned(), 0
	if len(learned) != len(s.Learner) {
		return fmt.Errorf("the state has %d learned parameters of the pruner; this stage has %d", len(s.Learner), len(learned))
	}
	for i, p := range learned {
		l := s.Learner[i]
		if l.Name != p.Name || len(l.Value) != len(p.Value) || len(l.First) != len(p.Value) || len(l.Second) != len(p.Value) {
			return fmt.Errorf("the state's pruner parameter %q is another one than this stage's %q", l.Name, p.Name)
		}
	}
	controllers := t.controllers()
	if len(controllers) != len(s.Controllers) {
		return fmt.Errorf("the state has %d controllers; this stage has %d", len(s.Controllers), len(controllers))
	}
	if len(s.Sums) != len(t.sums()) {
		return fmt.Errorf("the state has sums of %d objectives; this stage has %d", len(s.Sums), len(t.sums()))
	}
	var err error
	t.eachPart(func(name string, m hw.Mat) {
		x, ok := s.Tensors[name]
		if parts++; (!ok || len(x.Data) != m.Rows*m.Cols) && err == nil {
			err = fmt.Errorf("the state lacks tensor %s, or has it in another size; it is of another model", name)
		}
	})
	if err == nil && parts != len(s.Tensors) {
		err = fmt.Errorf("the state has %d tensors, this stage %d; it is of another model", len(s.Tensors), parts)
	}
	if err != nil {
		return err
	}
	t.eachPart(func(name string, m hw.Mat) { t.w.d.Write(m, s.Tensors[name].Data) })
	t.w.repack()
	for _, n := range t.networks() {
		n.w.repack()
	}
	for i, p := range learned {
		copy(p.Value, s.Learner[i].Value)
		copy(t.moments[i].m, s.Learner[i].First)
		copy(t.moments[i].v, s.Learner[i].Second)
	}
	t.done = s.Done
	for i, c := range controllers {
		if err := c.Restore(s.Controllers[i]); err != nil {
			return err
		}
	}
	at := 0
	for _, p := range t.passes {
		at += copy(p.sums, s.Sums[at:])
	}
	t.setRules()
	return t.w.d.Sync()
}

// eachPart walks over all that the optimiser keeps of the weights, those of networks too.
func (t *Trainer) eachPart(f func(name string, m hw.Mat)) {
	t.w.eachPart(f)
	for _, n := range t.networks() {
		n.w.eachPart(f)
	}
}

// eachPart walks over all that the optimiser keeps of the weights.
func (w *weights) eachPart(f func(name string, m hw.Mat)) {
	for _, t := range w.tensors {
		f("value/"+t.name, t.value)
		f("first/"+t.name, t.m)
		f("second/"+t.name, t.v)
	}
}
