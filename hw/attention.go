package hw

// Act is the activation fused into a Linear.
type Act uint8

// The activations. σ is the logistic function.
const (
	Identity  Act = iota
	GELU          // x·Φ(x) with the exact Φ (erf), as BERT has it
	Tanh          //
	ReLU          //
	GELUTanh      // x·σ(2u), u = √(2/π)·(x + 0.044715·x³): GELU by tanh
	QuickGELU     // x·σ(1.702·x)
	SiLU          // x·σ(x)
)

// Acts is how many activations there are.
const Acts = SiLU + 1

// FromInput reports whether the gradient is computed from what the activation saw, not from what it returned.
func (a Act) FromInput() bool { return a != Identity && a != Tanh && a != ReLU }

// ScoreKind is which number attention gives each row, for a pruner to read.
type ScoreKind uint8

// The kinds. In each, softmax runs over the living rows of a sequence, and
// living query rows vote.
const (
	// NoScore asks for nothing and costs nothing.
	NoScore ScoreKind = iota
	// Received is c(k) = Σ_heads Σ_queries A[h,q,k], the diagonal counted.
	Received
	// ReceivedFromOthers leaves the diagonal out (PoWER-BERT).
	ReceivedFromOthers
	// FromFirst is Σ_heads A[h,0,k], the attention that row 0 pays (EViT).
	FromFirst
)

// Score is what a pruner wants to know of each row.
type Score struct {
	Kind ScoreKind
	// Accumulated adds the scores of all layers so far (SpAtten) instead of
	// taking this layer's alone.
	Accumulated bool
}

// Attention is one layer's packed attention: who asks whom, and what is wanted.
// Row i of Q asks the keys of the sequence that QSeqs gives it.
type Attention struct {
	Heads       int
	Q           Mat  // QSeqs.Rows × d
	KV          Mat  // Seqs.Rows × 2d: a row's key, then its value
	QSeqs, Seqs Seqs // equal, unless only some rows ask (the last layer's shortcut)
	KeyBias     Mat  // Seqs.Rows × 1, added to the logits of each key; absent: none
	// KeyWeight, Seqs.Rows × 1 and not negative, is how much a row counts as a key of
	// others; its own key it always is in full: the probability of key j for query i is
	// G_ij·exp(S_ij) / Σ_k G_ik·exp(S_ik), where S are the logits, G_ij is KeyWeight_j
	// for i ≠ j and 1 for i = j. Query i of a sequence is its row i, also where few
	// ask. Absent: 1 everywhere. KeyBias is the logarithm of a weight without the exception.
	KeyWeight Mat
	Score     Score
	// Scored receives the score, Seqs.Rows × 1, summed over heads and not divided.
	// If Score.Accumulated it holds the earlier layers' sum and is added to. The
	// received sum is taken before dropout. Absent if Score.Kind is NoScore.
	Scored Mat
	Probs  Probs
	Drop   Dropout // of the probabilities, in training
}

// Dropout zeroes elements at random and scales the others by 1/(1-Rate). Which
// ones is a pure function of Seed (made of seed, step, layer and site), the row's
// key (made of example and position) and the column: the same on every device,
// in any batch layout and with any number of threads. The zero value drops nothing.
type Dropout struct {
	Rate float32
	Seed uint64
	Keys Ints // two entries per row: low and high half of the row's 64-bit key
}

// Bar returns the 16-bit threshold: an element is dropped iff its 16 random bits lie below it.
func (d Dropout) Bar() uint64 { return uint64(d.Rate*65536 + 0.5) }

// Bits returns the random bits of columns 4g to 4g+3 of the row with this key,
// 16 for each, the first column's lowest.
func (d Dropout) Bits(key uint64, g int) uint64 { return mix(d.Row(key) + uint64(g)) }

// Row is where the row with this key begins in SplitMix64: its g-th word from there
// on is Bits(key, g).
func (d Dropout) Row(key uint64) uint64 { return mix(d.Seed ^ key) }

// PairBits does the same for the attention probability between two rows; the
// columns are heads.
func (d Dropout) PairBits(query, key uint64, g int) uint64 {
	return mix(mix(mix(d.Seed^query)^key) + uint64(g))
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
