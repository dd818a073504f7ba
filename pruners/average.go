package pruners

import (
	"fmt"
	"strconv"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "average",
		Doc:  "averages neighbouring tokens before one layer (adaptive average pooling), never those of a pair's two texts: the control for merging",
		Params: []ParamDoc{
			{"keep", "share of the tokens beside row 0 that remain"},
			{"layer", "the layer, from 0, before whose attention they are averaged; 0, the default: the embeddings"},
		},
		New:       newAverage,
		Knobs:     []Knob{{"keep", "0.5"}},
		Series:    []string{"layer"},
		Untrained: []string{"average"},
		Examples:  []string{"average:keep=0.5", "average:keep=0.3,layer=2", "average:keep=1"},
	})
}

// Average makes m' = max(1, round(Share m)) rows of a text's m rows, row 0 left out: row i is
// the mean of rows ⌊i m/m'⌋ up to ⌈(i+1) m/m'⌉. Row 0 stays as it is.
type Average struct {
	Share float64
	Layer int
}

func newAverage(a Args) (Pruner, error) {
	share, err := keepShare(a)
	if err != nil {
		return nil, err
	}
	layer, err := a.Int("layer", 0, 0, 1000)
	return Average{share, layer}, err
}

// Spec implements Pruner.
func (p Average) Spec() Spec {
	s := Spec{"average", []Arg{{"keep", number(p.Share, 64)}}}
	if p.Layer > 0 {
		s.Args = append(s.Args, Arg{"layer", strconv.Itoa(p.Layer)})
	}
	return s
}

// Check implements Checker.
func (p Average) Check(layers int) error {
	if p.Layer >= layers {
		return fmt.Errorf("pruner %s averages before layer %d, and the model's last is %d", p.Spec(), p.Layer, layers-1)
	}
	return nil
}

// Tune implements Tunable: keep= is 1-x.
func (p Average) Tune(x float64) Pruner {
	p.Share = max(0.0001, fourDigits(1-x))
	return p
}

// Score implements Pruner: none is read.
func (Average) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (p Average) Decides(layer, layers int) bool { return layer == p.Layer }

// Before implements Early.
func (p Average) Before(layer, layers int) bool { return layer == p.Layer }

// Keep implements Pruner; a Merger's is not called.
func (Average) Keep(View, []bool) { panic("pruners: Keep of a rule that merges") }

// Merge implements Merger.
func (p Average) Merge(v View, m *Merged) {
	m.begin()
	for b := range v.Seqs.Count() {
		first, second, end := v.Seqs[b], v.second(b), v.Seqs[b+1]
		m.mean(first, first+1)
		p.windows(m, first+1, second)
		p.windows(m, second, end)
		m.sequence()
	}
}

// windows adds the means of the rows from i up to j.
func (p Average) windows(m *Merged, i, j int32) {
	n := j - i
	if n <= 0 {
		return
	}
	k := min(n, int32(Count(int(n), p.Share)))
	for w := range k {
		m.mean(i+w*n/k, i+((w+1)*n+k-1)/k)
	}
}

// mean adds a row, the mean of the rows from i up to j.
func (m *Merged) mean(i, j int32) {
	for r := i; r < j; r++ {
		m.source(r, 1/float32(j-i))
	}
	m.row()
}
