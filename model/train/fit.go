package train

import (
	"math/rand/v2"
	"sort"

	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Example is one tokenized text with its target: a row of probabilities over the
// labels, or one number for regression.
type Example struct {
	ragged.Sequence
	Target []float32
}

// Schedule says how examples become mini-batches.
type Schedule struct {
	Epochs int
	Batch  int    // sequences of a mini-batch
	Seed   uint64 // of the order
}

// bucket is how many mini-batches are cut from one stretch of the shuffled
// examples sorted by length, so that a batch holds texts of like length.
const bucket = 50

// Batches returns the mini-batches of one epoch as lists of examples' places:
// shuffled, sorted by length within stretches, cut, and shuffled again. The same
// seed gives the same batches.
func (s Schedule) Batches(examples []Example, epoch int) [][]int {
	random := rand.New(rand.NewPCG(s.Seed, uint64(epoch)))
	order := random.Perm(len(examples))
	var batches [][]int
	for i := 0; i < len(order); i += bucket * s.Batch {
		stretch := order[i:min(len(order), i+bucket*s.Batch)]
		sort.SliceStable(stretch, func(a, b int) bool { return len(examples[stretch[a]].IDs) < len(examples[stretch[b]].IDs) })
		for j := 0; j < len(stretch); j += s.Batch {
			batches = append(batches, stretch[j:min(len(stretch), j+s.Batch)])
		}
	}
	random.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
	return batches
}

// Steps returns how many mini-batches all epochs have.
func (s Schedule) Steps(examples int) int {
	stretch := bucket * s.Batch
	whole := examples / stretch * bucket
	return s.Epochs * (whole + (examples%stretch+s.Batch-1)/s.Batch)
}

// pack makes a mini-batch.
func pack(examples []Example, which []int) Batch {
	seqs := make([]ragged.Sequence, len(which))
	var b Batch
	for i, w := range which {
		seqs[i] = examples[w].Sequence
		b.Targets = append(b.Targets, examples[w].Target...)
	}
	b.Batch = ragged.Pack(seqs...)
	return b
}

// Fit trains an encoder over all epochs. o.Steps is set from the schedule; a
// Warmup of 0 becomes 6 % of the steps. progress, if not nil, hears of each step.
func Fit(e *model.Encoder, examples []Example, s Schedule, o Options, progress func(step, steps int, r Result)) (*Trainer, error) {
	o.Steps = s.Steps(len(examples))
	if o.Warmup == 0 {
		o.Warmup = max(1, o.Steps*6/100)
	}
	var size model.Size
	for epoch := range s.Epochs {
		for _, which := range s.Batches(examples, epoch) {
			size.Fit(pack(examples, which).Seqs)
		}
	}
	t, err := New(e, size, o)
	if err != nil {
		return nil, err
	}
	for epoch := range s.Epochs {
		for _, which := range s.Batches(examples, epoch) {
			r, err := t.Step(pack(examples, which))
			if err != nil {
				return nil, err
			}
			if progress != nil {
				progress(t.done, o.Steps, r)
			}
		}
	}
	return t, nil
}
