package train

import (
	"context"
	"math/rand/v2"
	"slices"
	"sort"

	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Example is one tokenized text with its target: a row of probabilities over the
// labels, or one number for regression.
type Example struct {
	ragged.Sequence
	Target []float32
	// Teacher is a teacher's answer in the form of Target, for objectives that read
	// it; nil without a teacher.
	Teacher []float32
	// TeacherIDs are IDs in the vocabulary of a teacher whose rows are read; nil if
	// that is the same.
	TeacherIDs []int32
}

// Batching describes how examples become mini-batches.
type Batching struct {
	Epochs int
	Batch  int    // sequences of a mini-batch; not read if Tokens is set
	Tokens int    // tokens of a mini-batch at most, though never less than one sequence
	Seed   uint64 // of the order
	// Passes, if above 1, is how many steps each step counts as, so that the training ends
	// after that part of the epochs' steps.
	Passes int
}

// bucket is how many mini-batches are cut from one stretch of the shuffled
// examples sorted by length, so that a batch holds texts of like length.
const bucket = 50

// Batches returns the mini-batches of one epoch as lists of examples' places:
// shuffled, sorted by length within stretches, cut, and shuffled again. The same
// seed gives the same batches.
func (s Batching) Batches(examples []Example, epoch int) [][]int {
	random := rand.New(rand.NewPCG(s.Seed, uint64(epoch)))
	order := random.Perm(len(examples))
	var batches [][]int
	for stretch := range slices.Chunk(order, bucket*s.sequences(examples)) {
		sort.SliceStable(stretch, func(a, b int) bool { return len(examples[stretch[a]].IDs) < len(examples[stretch[b]].IDs) })
		begin, tokens := 0, 0
		for i, at := range stretch {
			n := len(examples[at].IDs)
			if i > begin && (s.Tokens == 0 && i-begin == s.Batch || s.Tokens > 0 && tokens+n > s.Tokens) {
				batches = append(batches, stretch[begin:i])
				begin, tokens = i, 0
			}
			tokens += n
		}
		batches = append(batches, stretch[begin:])
	}
	random.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
	return batches
}

// sequences is how many sequences a mini-batch has, roughly where tokens bound it.
func (s Batching) sequences(examples []Example) int {
	if s.Tokens == 0 {
		return s.Batch
	}
	tokens := 0
	for _, x := range examples {
		tokens += len(x.IDs)
	}
	return max(1, s.Tokens*len(examples)/max(1, tokens))
}

// pack makes a mini-batch.
func pack(examples []Example, which []int) Batch {
	seqs := make([]ragged.Sequence, len(which))
	var b Batch
	for i, w := range which {
		seqs[i] = examples[w].Sequence
		b.Targets = append(b.Targets, examples[w].Target...)
		b.Teacher = append(b.Teacher, examples[w].Teacher...)
		b.TeacherIDs = append(b.TeacherIDs, examples[w].TeacherIDs...)
	}
	b.Batch = ragged.Pack(seqs...)
	return b
}

// Prepare returns a trainer for all epochs of a batching: it sets o.Steps.
func Prepare(e *model.Encoder, examples []Example, s Batching, o Options) (*Trainer, error) {
	steps := 0
	var size model.Size
	for epoch := range s.Epochs {
		batches := s.Batches(examples, epoch)
		steps += len(batches)
		for _, which := range batches {
			size.Fit(pack(examples, which).Seqs)
		}
	}
	o.Steps = s.counted(steps)
	return New(e, size, o)
}

// counted is how many of the epochs' steps are taken.
func (s Batching) counted(steps int) int {
	passes := max(1, s.Passes)
	return (steps + passes - 1) / passes
}

// Steps is how many steps the whole stage has.
func (t *Trainer) Steps() int { return t.o.Steps }

// Fit takes the steps of a batching that are still to be taken by a trainer that
// Prepare made for it. after, if not nil, receives each step's result; its error ends the
// training. So does the end of ctx, between two steps: then the error is ctx's
// and the trainer is whole, so that its State can be kept.
func (t *Trainer) Fit(ctx context.Context, examples []Example, s Batching, after func(Result) error) error {
	step := 0
	for epoch := range s.Epochs {
		for _, which := range s.Batches(examples, epoch) {
			if step++; step <= t.done {
				continue
			}
			if step > t.o.Steps {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := t.Step(t.cut(examples, which))
			if err != nil {
				return err
			}
			if after != nil {
				if err := after(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
