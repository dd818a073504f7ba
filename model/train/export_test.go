package train

import "ltpbench/model"

// Run is the run of the trainer's first pass, for a test to look at.
func (t *Trainer) Run() *model.Run { return t.passes[0].run }
