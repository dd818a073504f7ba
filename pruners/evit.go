package pruners

import (
	"fmt"
	"math"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "evit",
		Doc:  "keeps a share of the remaining tokens, by the attention that row 0 pays, in the layers at a quarter, half and three quarters of the model (6 layers: 2 and 4), and may fuse the others into one row (EViT, Liang et al., arXiv 2202.07800, section 3.2)",
		Params: []ParamDoc{
			{"rate", "share of the remaining tokens other than row 0 that each of these layers keeps, rounded up"},
			{"fuse", "row that takes the place of the others, ranked like any other later: none, the default; sum, weighed by attention, as published; mean, the same with weights that sum to 1"},
		},
		New:      newEViT,
		Knobs:    []Knob{{"rate", "0.7"}},
		Series:   []string{"fuse"},
		Cost:     Ranks,
		Examples: []string{"evit:rate=0.7", "evit:rate=0.5,fuse=sum", "evit:rate=0.4,fuse=mean"},
	})
}

// EViT keeps row 0 and the ceil(Rate·(n-1)) others of a sequence's n rows to which row 0
// pays most attention, in about three layers. Of equal ones it keeps the earlier.
type EViT struct{ Rate float64 }

// evitFused is EViT with one row, the last, in place of those that it does not keep: their
// sum weighed by row 0's attention, the mean over heads, which may be normalised.
type evitFused struct {
	rule EViT
	fuse string
}

func newEViT(a Args) (Pruner, error) {
	if !a.Has("rate") {
		return nil, errMissing("rate")
	}
	rate, err := a.Float("rate", 0, 0, 1)
	if err != nil {
		return nil, err
	}
	fuse, err := a.Choice("fuse", "none", "sum", "mean")
	if err != nil || fuse == "none" {
		return EViT{rate}, err
	}
	return evitFused{EViT{rate}, fuse}, nil
}

// Spec implements Pruner.
func (p EViT) Spec() Spec { return Spec{"evit", []Arg{{"rate", number(p.Rate, 64)}}} }

// Spec implements Pruner.
func (p evitFused) Spec() Spec { return p.rule.Spec().with("fuse", p.fuse) }

// atQuarter reports whether a layer is one of those at a quarter, half and three quarters
// of a model; at a third and two thirds where its layers cannot be quartered.
func atQuarter(layer, layers int) bool {
	if layers%4 == 0 {
		return layer > 0 && layer%(layers/4) == 0
	}
	third := func(i int) int { return int(math.Round(float64(i*layers) / 3)) }
	return layer > 0 && (layer == third(1) || layer == third(2))
}

// Score implements Pruner.
func (EViT) Score(layer, layers int) hw.Score {
	if atQuarter(layer, layers) {
		return hw.Score{Kind: hw.FromFirst}
	}
	return hw.Score{}
}

// Score implements Pruner.
func (p evitFused) Score(layer, layers int) hw.Score { return p.rule.Score(layer, layers) }

// Decides implements Decider, as every Merger does.
func (evitFused) Decides(layer, layers int) bool { return atQuarter(layer, layers) }

// Check implements Checker.
func (p EViT) Check(layers int) error {
	if layers < 2 {
		return fmt.Errorf("pruner %s drops nothing in a model of 1 layer: leave the pruner out", p.Spec())
	}
	return nil
}

// Check implements Checker.
func (p evitFused) Check(layers int) error { return p.rule.Check(layers) }

// Tune implements Tunable: rate= is 1-x.
func (p EViT) Tune(x float64) Pruner { return EViT{fourDigits(1 - x)} }

// Tune implements Tunable.
func (p evitFused) Tune(x float64) Pruner { return evitFused{EViT{fourDigits(1 - x)}, p.fuse} }

// left is how many of n rows a deciding layer keeps. A product that float64 rounds to just
// above a whole number is that number.
func (p EViT) left(n int) int { return 1 + int(math.Ceil(p.Rate*float64(n-1)-1e-9)) }

// Keep implements Pruner.
func (p EViT) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		KeepBest(v.Scores[i:j], p.left(int(j-i)), keep[i:j])
	}
}

// KeepOn implements OnDevice.
func (p EViT) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(BestSelector)
	if !ok {
		return false
	}
	keep := make([]float32, v.Seqs.Count)
	for b := range keep {
		n := int(v.FullHost[b])
		for l := range v.Layer + 1 {
			if atQuarter(l, v.Layers) {
				n = p.left(n)
			}
		}
		keep[b] = float32(n)
	}
	d.Write(v.PerSequence, keep)
	device.SelectBest(s.Rows, s.Offsets, v.Scored, v.Seqs, v.PerSequence)
	return true
}

// Keep implements Pruner; a Merger is not asked.
func (evitFused) Keep(View, []bool) { panic("pruners: evit merges") }

// WeightsGrad implements ScoreMerger: w_i = s_i/heads, or s_i/Σs.
func (p evitFused) WeightsGrad(v View, dweights, dscores []float32) {
	var m Merged
	p.Merge(v, &m)
	for b := range v.Seqs.Count() {
		last := m.Next[b+1] - 1
		begin, end := m.Offsets[last], m.Offsets[last+1]
		if p.rule.left(v.Seqs.Len(b)) == v.Seqs.Len(b) {
			continue // nothing is fused
		}
		sum, along := 0.0, 0.0
		for j := begin; j < end; j++ {
			sum += float64(v.Scores[m.Rows[j]])
			along += float64(m.Weights[j]) * float64(dweights[j])
		}
		for j := begin; j < end; j++ {
			switch {
			case p.fuse == "sum":
				dscores[m.Rows[j]] += dweights[j] / float32(v.Heads)
			case sum > 0:
				dscores[m.Rows[j]] += float32((float64(dweights[j]) - along) / sum)
			}
		}
	}
}

// Merge implements Merger.
func (p evitFused) Merge(v View, m *Merged) {
	m.begin()
	room := flags.Get().(*[]bool)
	defer flags.Put(room)
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		keep := append((*room)[:0], make([]bool, j-i)...)
		*room = keep
		KeepBest(v.Scores[i:j], p.rule.left(int(j-i)), keep)
		gone, sum := 0, 0.0
		for r, k := range keep {
			if k {
				m.source(i+int32(r), 1)
				m.row()
				continue
			}
			gone++
			sum += float64(v.Scores[int(i)+r])
		}
		for r, k := range keep {
			switch {
			case k:
			case p.fuse == "sum":
				m.source(i+int32(r), v.Scores[int(i)+r]/float32(v.Heads))
			case sum > 0:
				m.source(i+int32(r), float32(float64(v.Scores[int(i)+r])/sum))
			default: // none is paid any attention
				m.source(i+int32(r), 1/float32(gone))
			}
		}
		if gone > 0 {
			m.row()
		}
		m.sequence()
	}
}
