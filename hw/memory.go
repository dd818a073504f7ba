package hw

// Buffer is a device's own handle of a piece of its memory.
type Buffer any

// Mat is a Rows×Cols matrix of float32 in a device's memory, row-major, without
// gaps. It does not own the memory. The zero Mat is absence.
type Mat struct {
	Buf        Buffer
	Off        int // the first element's place in Buf
	Rows, Cols int
	// Operand promises that nothing but the products and the attention that follow
	// read the matrix: as x of Linear, as Q or KV. A device may then keep it in its
	// compute type. Linear and Context may write such a matrix.
	Operand bool
}

// Absent reports whether m stands for "none".
func (m Mat) Absent() bool { return m.Buf == nil }

// AsOperand returns m with the promise that Operand is.
func (m Mat) AsOperand() Mat {
	m.Operand = true
	return m
}

// Top returns the first n rows of m; an absent m stays absent.
func (m Mat) Top(n int) Mat {
	if m.Absent() {
		return m
	}
	if n > m.Rows {
		panic("hw: Top asks for more rows than there are")
	}
	m.Rows = n
	return m
}

// Slice returns the rows from i up to j.
func (m Mat) Slice(i, j int) Mat {
	if i < 0 || j < i || j > m.Rows {
		panic("hw: Slice out of range")
	}
	m.Off, m.Rows = m.Off+i*m.Cols, j-i
	return m
}

// Shape returns the same memory seen as rows×cols.
func (m Mat) Shape(rows, cols int) Mat {
	if rows*cols > m.Rows*m.Cols {
		panic("hw: Shape asks for more elements than there are")
	}
	m.Rows, m.Cols = rows, cols
	return m
}

// Ints is a list of int32 in a device's memory. The zero Ints is absence.
type Ints struct {
	Buf    Buffer
	Off, N int
}

// Absent reports whether v stands for "none".
func (v Ints) Absent() bool { return v.Buf == nil }

// Top returns the first n entries; an absent v stays absent.
func (v Ints) Top(n int) Ints {
	if v.Absent() {
		return v
	}
	if n > v.N {
		panic("hw: Top asks for more entries than there are")
	}
	v.N = n
	return v
}

// Seqs is a packed batch's offsets in device memory.
type Seqs struct {
	Offsets Ints // Count+1 entries; sequence b owns rows Offsets[b] to Offsets[b+1]
	Count   int  // sequences
	Rows    int  // rows, or an upper bound where only the device knows
	Longest int  // length of the longest sequence, or an upper bound
}

// Firsts lists the place of each sequence's row 0.
func (s Seqs) Firsts() Ints { return s.Offsets.Top(s.Count) }

// Probs is a device's memory of attention probabilities, see Device.Probs.
type Probs struct{ Buf Buffer }

// Weights is a Linear's matrix and bias in the device's own layout.
type Weights struct {
	Out, In int
	Packed  Buffer
	W, Bias Mat // out×in and 1×out masters, only where Backward.Trainable made them
}

// NormWeights is a LayerNorm's gain and bias (1×width each) and epsilon.
type NormWeights struct {
	Gain, Bias Mat
	Eps        float32
}

// Tables is what an embedding reads. Segment may be absent (DistilBERT).
type Tables struct {
	Word, Position, Segment Mat
	Norm                    NormWeights
}

// Combination makes new rows out of old ones: new row i is the sum over
// j in [Offsets[i], Offsets[i+1]) of Weights[j] times old row Rows[j].
type Combination struct {
	Offsets, Rows Ints
	Weights       Mat // as many entries as Rows, one column
}

// Absent reports whether c stands for "none".
func (c Combination) Absent() bool { return c.Rows.Absent() }
