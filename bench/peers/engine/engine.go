// Package engine puts this program and its peers (PyTorch, OpenVINO, ONNX Runtime,
// NumPy's OpenBLAS) behind one interface: each prepares the same job, its outputs are
// compared, and passes over it are timed.
package engine

// Job is what an engine prepares; worker.py describes what its fields mean.
type Job struct {
	Do      string      `json:"do"` // "encoder", "train", "product" or "peak"
	Engine  string      `json:"engine,omitempty"`
	Model   string      `json:"model,omitempty"`
	Device  string      `json:"device,omitempty"` // PyTorch's name of it; empty: cpu
	Type    string      `json:"type,omitempty"`   // hw.Type; empty: f32
	Threads int         `json:"threads"`
	Batches [][][]int32 `json:"batches,omitempty"` // batch, sequence, token
	Labels  [][]int     `json:"labels,omitempty"`  // batch, sequence
	M       int         `json:"m,omitempty"`
	K       int         `json:"k,omitempty"`
	N       int         `json:"n,omitempty"`
	Exact   bool        `json:"-"` // all rows of the last layer, which the peers always compute
}

// Engine is a program that does jobs, one after another.
type Engine interface {
	Name() string
	// Prepare makes everything ready that isn't timed and returns the engine's settings.
	Prepare(Job) (settings string, err error)
	// Outputs returns row 0 of the last hidden state of each sequence of a batch, or a product.
	Outputs(batch int) ([][]float32, error)
	// Pass does the whole job so many times over and returns the seconds.
	Pass(repeat int) (float64, error)
	Close()
}
