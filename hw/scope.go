package hw

// Memory hands out a device's memory, zeroed. What a Device hands out lives until
// the device's Close, what a Scope hands out until the scope's.
type Memory interface {
	// Floats returns a matrix, Ints a list.
	Floats(rows, cols int) Mat
	Ints(n int) Ints
	// Probs returns memory for the attention probabilities of at most `pairs`
	// query-key pairs (summed over sequences) and `heads` heads, kept in
	// whatever form the device likes.
	Probs(heads, pairs int) Probs
	// Pack returns the weights of a Linear in the device's own layout and compute
	// type. w is out×in, row-major; bias has out entries or is nil. Both are copied.
	Pack(w, bias []float32, out, in int) Weights
	// Trainable is Pack for weights that learn: it keeps float32 masters in W and
	// Bias and whatever layouts the gradient needs. Only a device with hw.Backward
	// uses such weights.
	Trainable(w, bias []float32, out, in int) Weights
}

// Scope is memory that ends together, before its device does: a model's, a run's.
// Like its device, it is not safe for concurrent use.
type Scope interface {
	Memory
	// Close gives the memory back once all operations requested so far are done.
	// Using the memory afterwards is the caller's bug, and devices panic where they
	// notice. Closing twice, or after the device, does nothing.
	Close()
}

// Footprint is implemented by devices that count the memory they hold for their
// callers and for themselves.
type Footprint interface {
	// Footprint returns the bytes held now, and the most that were held at once.
	Footprint() (now, peak int64)
}
