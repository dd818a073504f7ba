package recipe

import (
	"fmt"
	"time"

	"ltpbench/model/train"
)

// Watch is how the making of weights is followed, and kept so that it can be stopped.
type Watch struct {
	// Progress, if not nil, is notified of each step.
	Progress func(Progress)
	// State, if not empty, is a folder (made if need be) that holds where the run
	// stands. A run that finds its state there resumes from it, bit for bit as
	// if it had not been stopped; another run's is an error. Forget removes it.
	State string
	// Every is how often the state is written; 0: every two minutes. It is written
	// when the run is asked to stop, too.
	Every time.Duration
}

// Progress is where a run stands after a step.
type Progress struct {
	Stage       string // "soft", "hard" or "cut"
	Step, Steps int    // of this stage
	train.Result
	Elapsed time.Duration // since the stage, or this part of it, began
}

// String is the progress in a line.
func (p Progress) String() string {
	s := fmt.Sprintf("%s %d/%d loss %.4f", p.Stage, p.Step, p.Steps, p.Terms[0].Value)
	if m := p.Term("mask"); m.Weight > 0 {
		s += fmt.Sprintf(" mask %.3f lambda %.3g FLOPs %.2f", m.Value, m.Weight, p.Ratio)
	}
	return s
}

// Stopped is the error of a run whose context ended. If State is not empty, the
// same recipe on the same input resumes there.
type Stopped struct {
	At    Progress
	State string
	Cause error
}

// Error implements error.
func (s *Stopped) Error() string {
	return fmt.Sprintf("stopped in stage %s after step %d of %d", s.At.Stage, s.At.Step, s.At.Steps)
}

// Unwrap returns what ended the context.
func (s *Stopped) Unwrap() error { return s.Cause }
