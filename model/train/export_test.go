package train

import "ltpbench/model"

// Run is the trainer's run, for a test to look at.
func (t *Trainer) Run() *model.Run { return t.run }
