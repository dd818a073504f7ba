package model

import "ltpbench/hw"

// Seam is what happens to the rows before a layer's attention, between it and the
// feed-forward, and after the feed-forward.
type Seam interface {
	// Score is what the layer's attention has to report.
	Score(layer int) hw.Score
	// Enter runs before the layer's attention. It may let some of the rows in by
	// Run.Admit, ask for new ones by Run.MergeEntry, or set a.KeyWeight and a.KeyBias,
	// which later layers take over.
	Enter(r *Run, a *Activations)
	// Choose runs after the scores are known. It may let rows continue by
	// Run.Select, or ask for new ones by Run.Merge.
	Choose(r *Run, a *Activations)
	// Finish runs after the layer's last norm and may change a.Y, or return
	// another matrix that the next layer reads in its place.
	Finish(r *Run, a *Activations) hw.Mat
}

// Weighing is a hook that may weigh rows between attention and feed-forward.
type Weighing interface {
	Seam
	// Weigh returns the feed-forward's input: a.Mid, or what it makes of that.
	Weigh(r *Run, a *Activations) hw.Mat
}

// Site is a place in the encoder where training drops elements.
type Site int

// The sites, as BERT has them.
const (
	EmbeddingOutput Site = iota
	AttentionProbs
	AttentionOutput
	FeedForwardOutput
	HeadInput // where Config.HeadInputDropout
	HeadDense
)

// Activations is what one layer makes of a batch. In a Run that keeps them each
// layer has its own; else all layers share the matrices.
type Activations struct {
	Layer     int
	Last      bool
	Entry     Entry  // what came from the layer before
	X         hw.Mat // the layer's input: what of it was let in
	Seqs      hw.Seqs
	Positions hw.Ints // of X's rows, in the original sequences
	Keys      hw.Ints // of X's rows, for dropout; absent outside training
	KeyBias   hw.Mat  // of X's rows, see hw.Attention; absent: none
	KeyWeight hw.Mat  // of X's rows, see hw.Attention; absent: 1

	Asking    hw.Mat // the rows whose queries are asked: X, or row 0 of each sequence
	Attention hw.Attention
	Scored    hw.Mat  // per row of X: attention's score, or a network's; absent if there is none
	Rows      hw.Ints // the asking rows that live on, ascending; absent: all
	Context   hw.Mat
	Out       hw.Mat // attention's output projection
	Residual  hw.Mat // Asking's rows that live on
	Mid       hw.Mat // after the first norm
	Merge     hw.Combination
	In        hw.Mat // the feed-forward's input: Mid, or what Merge made of it
	Pre, Up   hw.Mat // before and after the activation; Pre is absent outside training
	Down      hw.Mat
	Y         hw.Mat // after the second norm

	Next          hw.Seqs // what continues to the next layer
	NextPositions hw.Ints
	NextKeys      hw.Ints
	NextKeyBias   hw.Mat
	NextKeyWeight hw.Mat

	counting bool // sizes of what lives on are upper bounds, see Run.count
	buffers  *buffers
	own      *lists
	entry    *lists // for a decision before attention, made when first needed
}

// Entry is what reaches a layer, before a decision on which rows enter it.
type Entry struct {
	X         hw.Mat
	Seqs      hw.Seqs
	Positions hw.Ints
	Keys      hw.Ints
	Scored    hw.Mat         // per row: a network's scores, where the decision reads them
	Rows      hw.Ints        // the rows that enter, ascending; absent: all
	Merge     hw.Combination // of which the rows that enter are made; absent: of none
}

// Free is the seam that prunes nothing.
type Free struct{}

// Score implements Seam.
func (Free) Score(layer int) hw.Score { return hw.Score{} }

// Enter implements Seam.
func (Free) Enter(r *Run, a *Activations) {}

// Choose implements Seam.
func (Free) Choose(r *Run, a *Activations) {}

// Finish implements Seam.
func (Free) Finish(r *Run, a *Activations) hw.Mat { return a.Y }
