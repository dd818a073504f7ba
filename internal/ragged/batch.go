package ragged

// Sequence is one input as token ids. Segments may be nil (all 0).
type Sequence struct {
	IDs, Segments []int32
	// Second is where the second of two texts begins; 0: there is one text.
	Second int
	// First is where the first text begins, and Lengths are those of the texts, without special
	// tokens; all 0: unknown.
	First   int
	Lengths [2]int
}

// Tokens is how many tokens sequences have together.
func Tokens(seqs []Sequence) (n int) {
	for _, s := range seqs {
		n += len(s.IDs)
	}
	return n
}

// Batch is a packed batch of sequences. All row slices have Seqs.Rows() entries.
type Batch struct {
	Seqs      Seqs
	IDs       []int32
	Segments  []int32
	Positions []int32  // place of each row in its own sequence, from 0; never renumbered
	Second    []int32  // per sequence the place of its second text's first row; 0: it has none
	Examples  []uint64 // per sequence a hash of its ids: the key of anything random
}

// Pack puts sequences one after another. An empty sequence is the caller's bug.
func Pack(seqs ...Sequence) Batch {
	b := Batch{Seqs: make(Seqs, 1, len(seqs)+1), Examples: make([]uint64, 0, len(seqs))}
	for _, s := range seqs {
		if len(s.IDs) == 0 {
			panic("ragged: a sequence without tokens")
		}
		b.IDs = append(b.IDs, s.IDs...)
		if s.Segments != nil {
			b.Segments = append(b.Segments, s.Segments...)
		} else {
			b.Segments = append(b.Segments, make([]int32, len(s.IDs))...)
		}
		for i := range s.IDs {
			b.Positions = append(b.Positions, int32(i))
		}
		b.Seqs = append(b.Seqs, int32(len(b.IDs)))
		b.Second = append(b.Second, int32(s.Second))
		b.Examples = append(b.Examples, Hash(s.IDs))
	}
	return b
}

// Hash returns a hash of token ids (FNV-1a over whole ids, then mixed).
func Hash(ids []int32) uint64 {
	h := uint64(14695981039346656037)
	for _, id := range ids {
		h = (h ^ uint64(uint32(id))) * 1099511628211
	}
	return Mix(h)
}

// Mix spreads the bits of x (the finaliser of splitmix64).
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
