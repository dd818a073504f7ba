package train

import (
	"ltpbench/internal/registry"
	"ltpbench/model"
)

// Register registers an objective of a test.
func Register(e registry.Entry[Objective]) { objectives.Register(e) }

// Run is the run of the trainer's first pass, for a test to look at.
func (t *Trainer) Run() *model.Run { return t.passes[0].run }

// NetParams are what the learners' networks learn.
func (t *Trainer) NetParams() (list []Param) {
	for _, n := range t.networks() {
		list = append(list, n.w.params...)
	}
	return list
}
