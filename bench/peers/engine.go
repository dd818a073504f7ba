package main

// job is what an engine is to prepare; worker.py says what its fields mean.
type job struct {
	Do      string      `json:"do"` // "encoder", "train" or "product"
	Model   string      `json:"model,omitempty"`
	Threads int         `json:"threads"`
	Batches [][][]int32 `json:"batches,omitempty"` // batch, sequence, token
	Labels  [][]int     `json:"labels,omitempty"`  // batch, sequence
	M       int         `json:"m,omitempty"`
	K       int         `json:"k,omitempty"`
	N       int         `json:"n,omitempty"`
	Exact   bool        `json:"-"` // all rows of the last layer, which the peers always compute
}

// engine is a program that can do jobs, one after another.
type engine interface {
	name() string
	// prepare makes everything ready that isn't timed and says in which setting it runs.
	prepare(job) (settings string, err error)
	// outputs is row 0 of the last hidden state of each sequence of a batch, or a product.
	outputs(batch int) ([][]float32, error)
	// pass does the whole job so many times over and returns the seconds.
	pass(repeat int) (float64, error)
	close()
}
