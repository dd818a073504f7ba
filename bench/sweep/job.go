package sweep

import (
	"context"

	"ltpbench/bench/recipe"
)

// Kind is what a job does.
type Kind string

// The kinds of jobs. Base, Train, Search and Fit leave weights, a front or a rule in the store, where any run finds
// them; Evaluate and Time leave lines for the record.
const (
	Base     Kind = "base"     // fine-tunes a model without a head, once per seed
	Train    Kind = "train"    // fine-tunes a cell's weights with its rule
	Search   Kind = "search"   // finds the best rates of a method whose rule has one for each layer
	Fit      Kind = "fit"      // brings a cell's rule to its budget, the weights as they are
	Evaluate Kind = "evaluate" // what a cell answers, keeps and computes
	Time     Kind = "time"     // how long all cells of a record take, in turn on one machine
)

// Job is a piece of a sweep's work. As JSON it can be handed to another process, which does it with
// `ltpbench job RUN KEY`, on this machine or, where the run's folder is shared, on another.
type Job struct {
	Kind  Kind     `json:"kind"`
	Key   string   `json:"key"`             // stands for all that the result depends on, and names it
	Needs []string `json:"needs,omitempty"` // keys of jobs that have to be done first
	Part  string   `json:"part"`            // the record's folder below the run's
	Name  string   `json:"name"`            // for people
	// Steps are a training's; Tokens is how many are run or trained on, roughly: the estimate.
	Steps int `json:"steps,omitempty"`
	// Candidates are a search's.
	Candidates int  `json:"candidates,omitempty"`
	Tokens     int  `json:"tokens"`
	Spec       Spec `json:"spec"`

	cell *cell // nil for Base and Time
}

// Spec describes what a job works on.
type Spec struct {
	Seed   uint64         `json:"seed,omitempty"`   // of all but Time
	Method string         `json:"method,omitempty"` // of a cell
	Budget string         `json:"budget,omitempty"`
	Rule   string         `json:"rule,omitempty"`   // where it starts, or is, if known
	Recipe *recipe.Recipe `json:"recipe,omitempty"` // of Base and Train
}

// trains reports whether a job trains weights.
func (j *Job) trains() bool { return j.Kind == Base || j.Kind == Train }

// recorded reports whether a job's result becomes lines of the record.
func (j *Job) recorded() bool { return j.Kind == Evaluate || j.Kind == Time }

// backward is how much longer a token takes in training than in a forward pass.
const backward = 3

// weight is the job's work in tokens of a forward pass.
func (j *Job) weight() float64 {
	if j.trains() {
		return backward * float64(j.Tokens)
	}
	return float64(j.Tokens)
}

// Executor does jobs: in this process, or in others that do `ltpbench job RUN KEY`.
type Executor interface {
	// Do does the jobs of one record of the run in a folder. Each comes in the list after those of the
	// list that it needs; otherwise the order is the executor's choice. It calls done, one call at
	// a time, after each job, when the result is complete in the run's folder or the store, and
	// stops at done's error.
	Do(ctx context.Context, run string, jobs []*Job, done func(*Job) error) error
}
