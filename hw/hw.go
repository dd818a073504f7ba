// Package hw defines what an encoder asks of a device: coarse operations on
// matrices that live in the device's memory, each with its gradient. Package model
// calls them, the packages below hw implement them.
//
// Operations may run late. The first error is kept and returned by Sync; after
// an error every operation does nothing. Shapes that do not fit are the caller's
// bug and panic.
//
// The number of rows in flight may be known to the device alone, after a pruner
// has decided there. Then Mat.Rows and Seqs.Rows are upper bounds: rows past the
// last offset hold anything, may be computed on, and never influence a row before it.
package hw

// Device is the inference side of a device. Methods are not safe for concurrent use.
type Device interface {
	Info() Info

	// Memory of the device itself lives until Close.
	Memory
	// Scope returns memory that can end before the device does.
	Scope() Scope

	// Write and WriteInts copy from the host; Read and ReadInts copy to it and wait
	// for what they read.
	Write(dst Mat, src []float32)
	WriteInts(dst Ints, src []int32)
	Read(dst []float32, src Mat)
	ReadInts(dst []int32, src Ints)

	// Embed sets y to the normalised sum of the word, position and segment rows.
	// Positions are rows of the position table; segments may be absent.
	Embed(y Mat, t Tables, ids, positions, segments Ints)
	// Linear sets y = act(x·Wᵀ + bias). pre, if not absent, receives what act saw.
	Linear(y, x Mat, w Weights, act Act, pre Mat)
	// Scores computes the probabilities softmax(Q·Kᵀ/√width + KeyBias) and the
	// score that a.Score asks for. A device may put the work off until Context.
	Scores(a *Attention)
	// Context sets y to the probabilities times V for the given query rows, in that
	// order, or for all of them if rows is absent. Scores comes first.
	Context(y Mat, a *Attention, rows Ints)
	// Norm sets y to LayerNorm(x + residual); residual may be absent, y may be x.
	Norm(y, x, residual Mat, n NormWeights)
	// Scale multiplies each row of x by its entry of perRow (rows×1); y may be x.
	Scale(y, x, perRow Mat)
	// Gather copies the listed rows of x into y, in order.
	Gather(y, x Mat, rows Ints)
	// GatherInts does the same for rows of `width` integers.
	GatherInts(y, x, rows Ints, width int)
	// Combine sets each row of y to a weighted sum of rows of x.
	Combine(y, x Mat, c Combination)
	// Activate sets y = act(x); y may be x.
	Activate(y, x Mat, act Act)
	// Add sets y += x.
	Add(y, x Mat)
	// SequenceSoftmax sets each column of y to the softmax of x's column over the rows
	// of a sequence, for each sequence of s; y may be x.
	SequenceSoftmax(y, x Mat, s Seqs)

	// Sync waits for everything asked so far and returns the first error.
	Sync() error
	// Close gives all memory back, that of open scopes included.
	Close() error
}

// AsyncReader is implemented by devices that keep working while the host waits for what
// it reads.
type AsyncReader interface {
	// StartRead begins to copy src to the host, as it is after everything requested so far.
	// Nothing requested before FinishRead may write src. One read is under way at a time:
	// another one replaces it.
	StartRead(src Ints)
	// FinishRead submits everything requested so far, waits for the copy that StartRead
	// began, but not for what was requested after it, and stores it in dst, which is as
	// long as src. After an error dst is unchanged.
	FinishRead(dst []int32)
}

// Info describes a device, for records and for tests.
type Info struct {
	Name    string // as opened, see Options.Name
	Kernel  string // which kernels run, such as "avx512"
	Model   string // the processor's or card's own name
	Type    Type   // compute type of products; scores are float32 or better always
	Threads int    // host threads in use, 0 for a card
	// BatchExact: on this device a sequence's results are bit-equal in any batch
	// and order. Where it is false, tests allow a tolerance.
	BatchExact bool
	// HostSizes, if not 0: the device's products are as large as the host says, not as
	// the device knows. After a selection from so many rows or more the host should
	// fetch how many are left, or dropped rows are multiplied all the same. With an
	// AsyncReader it need not wait at once.
	HostSizes int
	// Simulated: the device only stands for hardware; its times mean nothing.
	Simulated bool
}

// Type is the compute type of a device's products.
type Type string

// The compute types. F32 is the default; TF32 is never chosen silently.
const (
	F32  Type = "f32"
	TF32 Type = "tf32"
	BF16 Type = "bf16"
	F16  Type = "f16"
)
