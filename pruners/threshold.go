package pruners

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"ltpbench/hw"
)

// PaddedLength is the length that the published code of LTP pads to, and with it
// the divisor of its scores.
const PaddedLength = 128

// Floor is the score below which a token is dropped whatever the threshold.
const Floor = 1e-5

func init() {
	Register(Rule{
		Name: "threshold",
		Doc:  "drops tokens whose received attention is below the layer's threshold (LTP, Kim et al., KDD 2022, arXiv 2107.00910)",
		Params: []ParamDoc{
			{"theta", "one threshold per layer, separated by colons; layer 0 has 0; or learned: those that training saved beside the weights"},
			{"file", "a file with the thresholds, separated by colons or white space, instead of theta; it starts with their divisor, such as divisor=padded"},
			{"final", "instead of theta: layer i of L has final·i/L, the published start (0.01 under padded)"},
			{"divisor", "what received attention is divided by, times the heads: padded (128, the default), initial (n0), alive; or mean: the mean score of the sentence's remaining tokens, required for other scores (the temperature of training is given for padded)"},
		},
		New:      newThreshold,
		Knobs:    []Knob{{"final", "0.01"}},
		Series:   []string{"divisor"},
		Scores:   true,
		Stages:   []Mode{Soft, Hard},
		Start:    startOf,
		Headline: true,
		Examples: []string{"threshold:theta=0:0.004:0.006:0.008:0.008:0.009", "threshold:final=0.01", "threshold:final=0.05,divisor=alive", "threshold:final=0.05,divisor=initial",
			"threshold:final=1.2,divisor=mean", "threshold:final=1.2,divisor=mean,score=others", "threshold:final=1.2,divisor=mean,score=cls", "threshold:final=1.2,divisor=mean,score=accumulated",
			"threshold:final=1.2,divisor=mean,score=random"},
	})
}

// Divisor describes what a token's score is divided by before it is compared with a
// threshold: the number of heads times a length, or the mean of the sequence's scores.
// A threshold means nothing without it.
type Divisor string

// The divisors.
const (
	Padded  Divisor = "padded"  // PaddedLength, the published code
	Initial Divisor = "initial" // n0, the paper's formula
	Alive   Divisor = "alive"   // the rows alive when the layer begins
	Mean    Divisor = "mean"    // the scores' mean over those rows, in place of heads and length
)

// Threshold keeps a row iff its score c/(heads·divisor), or c/mean(c), is at least the
// layer's theta and no less than Floor (in units of the mean, PaddedLength times that:
// the mean of received attention is 1/PaddedLength under Padded). A layer whose theta
// is 0 drops nothing.
type Threshold struct {
	Theta   []float32 // one per layer; nil: Final·i/L, in float64 and then rounded, as published
	Learned bool      // Theta is learned: part of the rule's State, not of its spec
	Final   float64
	Divisor Divisor
}

func newThreshold(a Args) (Pruner, error) {
	p := Threshold{Divisor: Divisor(a.Text("divisor", string(Padded)))}
	if err := p.Divisor.check(); err != nil {
		return nil, err
	}
	if source := a.Text(sourceParam.Key, string(Received)); Source(source) != Received && p.Divisor != Mean {
		return nil, fmt.Errorf("score=%s needs divisor=mean: the other divisors belong to received attention", source)
	}
	given := 0
	for _, key := range []string{"theta", "file", "final"} {
		if a.Has(key) {
			given++
		}
	}
	if given != 1 {
		return nil, errors.New("give one of theta=, file= and final=")
	}
	var err error
	switch {
	case a.Has("theta"):
		if p.Learned = a.Text("theta", "") == learned; !p.Learned {
			p.Theta, err = floats("theta", a.Text("theta", ""))
		}
	case a.Has("file"):
		p.Theta, p.Divisor, err = readThetas(a.Text("file", ""), a.Text("divisor", ""))
	default:
		p.Final, err = a.Float("final", 0, -1, 1e6)
	}
	if err != nil {
		return nil, err
	}
	if p.Theta != nil && p.Theta[0] != 0 {
		return nil, fmt.Errorf("the threshold of layer 0 is %v; it has to be 0, for layer 0 never prunes", p.Theta[0])
	}
	return p, nil
}

func (d Divisor) check() error {
	switch d {
	case Padded, Initial, Alive, Mean:
		return nil
	}
	return fmt.Errorf("divisor=%s is none of padded, initial, alive, mean", d)
}

// Spec implements Pruner. Thresholds read from a file are written out.
func (p Threshold) Spec() Spec {
	s := Spec{Name: "threshold"}
	switch {
	case p.Learned:
		s.Args = []Arg{{"theta", learned}}
	case p.Theta == nil:
		s.Args = []Arg{{"final", number(p.Final, 64)}}
	default:
		var list []string
		for _, t := range p.Theta {
			list = append(list, number(float64(t), 32))
		}
		s.Args = []Arg{{"theta", strings.Join(list, ":")}}
	}
	if p.Divisor != Padded {
		s.Args = append(s.Args, Arg{"divisor", string(p.Divisor)})
	}
	return s
}

// At returns the threshold of a layer. A list of another length than the model
// has layers is the caller's bug; Check finds it.
func (p Threshold) At(layer, layers int) float32 {
	if p.Theta != nil {
		return p.Theta[layer]
	}
	return float32(p.Final * float64(layer) / float64(layers))
}

// learned is the value of theta= of a rule whose thresholds are in its State.
const learned = "learned"

const thetaTensor = "theta"

// State implements Stateful: learned thresholds.
func (p Threshold) State() State {
	if !p.Learned || p.Theta == nil {
		return nil
	}
	return State{thetaTensor: {[]int{len(p.Theta)}, p.Theta}}
}

// WithState implements Stateful.
func (p Threshold) WithState(s State) (Pruner, error) {
	if !p.Learned {
		return nil, errors.New("its thresholds are in the spec, and there are learned ones too; theta=learned takes those")
	}
	var err error
	p.Theta, err = s.tensor(thetaTensor, len(s[thetaTensor].Data))
	return p, err
}

// Check implements Checker: there is one threshold for each layer.
func (p Threshold) Check(layers int) error {
	if p.Learned && p.Theta == nil {
		return fmt.Errorf("pruner %s has no thresholds yet: they are learned in training and saved beside its weights; name the folder of those weights", p.Spec())
	}
	if p.Theta != nil && len(p.Theta) != layers {
		return fmt.Errorf("pruner threshold has %d thetas and the model %d layers", len(p.Theta), layers)
	}
	return nil
}

// Tune implements Tunable: all thresholds are multiplied by 2^(32x-16), by 0
// where x is 0. One half leaves them as they are.
func (p Threshold) Tune(x float64) Pruner {
	if x <= 0 {
		return p.Scaled(0)
	}
	return p.Scaled(float32(math.Exp2(32*x - 16)))
}

// startOf is where learning starts: the published start is for scores divided by the
// padded length, and is scaled to other divisors by the texts' mean length.
func startOf(p Pruner, tokens, texts int) Pruner {
	t, _ := As[Threshold](p)
	factor := float32(PaddedLength*texts) / float32(tokens)
	switch t.Divisor {
	case Padded:
		return p
	case Mean:
		factor = PaddedLength
	}
	p, _ = Scale(p, factor)
	return p
}

// Scaled implements Scaler. A final threshold keeps as many digits as a float32 has.
func (p Threshold) Scaled(f float32) Pruner {
	if p.Theta == nil && !p.Learned {
		p.Final = shortened(p.Final * float64(f))
		return p
	}
	scaled := make([]float32, len(p.Theta))
	for i, t := range p.Theta {
		scaled[i] = t * f
	}
	p.Theta = scaled
	return p
}

// Grown implements Growing: thresholds are multiplied by the share.
func (p Threshold) Grown(share float64) Pruner { return p.Scaled(float32(share)) }

// shortened rounds x to the shortest decimal that reads back as the same float32.
func shortened(x float64) float64 {
	short, err := strconv.ParseFloat(number(float64(float32(x)), 32), 64)
	if err != nil {
		panic("pruners: a threshold that does not read back")
	}
	return short
}

// Score implements Pruner.
func (p Threshold) Score(layer, layers int) hw.Score {
	if p.At(layer, layers) == 0 {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

// Keep implements Pruner.
func (p Threshold) Keep(v View, keep []bool) {
	bar := p.bar(v.Layer, v.Layers)
	for b := range v.Seqs.Count() {
		by := p.Divisor.of(v, b)
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			keep[r] = v.Scores[r]/by >= bar
		}
	}
}

// bar is what a layer's scores are compared with.
func (p Threshold) bar(layer, layers int) float32 {
	if p.Divisor == Mean {
		return max(Floor*PaddedLength, p.At(layer, layers))
	}
	return max(Floor, p.At(layer, layers))
}

// of is what the scores of sequence b are divided by.
func (d Divisor) of(v View, b int) float32 {
	switch d {
	case Initial:
		return float32(v.Heads * int(v.Full[b]))
	case Alive:
		return float32(v.Heads * v.Seqs.Len(b))
	case Mean:
		sum := 0.0
		for _, s := range v.Scores[v.Seqs[b]:v.Seqs[b+1]] {
			sum += float64(s)
		}
		if sum == 0 {
			return 1 // no row receives anything: all scores are 0, whatever they are divided by
		}
		return float32(sum / float64(v.Seqs.Len(b)))
	}
	return float32(v.Heads * PaddedLength)
}

// ThresholdSelector is a device that selects by Threshold: it keeps a row iff
// it is the first of its sequence or its score is at least bar once it is divided
// by heads times its sequence's entry of lengths. If lengths is absent the divisor is
// length; if that is 0, the number of living rows, which the device alone may know.
// It writes the kept rows, ascending, and the offsets of the sequences that remain.
type ThresholdSelector interface {
	SelectThreshold(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, lengths hw.Ints, length, heads int, bar float32)
}

// KeepOn implements OnDevice.
func (p Threshold) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(ThresholdSelector)
	if !ok || p.Divisor == Mean {
		return false
	}
	lengths, length := hw.Ints{}, 0
	switch p.Divisor {
	case Initial:
		lengths = v.Full
	case Padded:
		length = PaddedLength
	}
	device.SelectThreshold(s.Rows, s.Offsets, v.Scored, v.Seqs, lengths, length, v.Heads, p.bar(v.Layer, v.Layers))
	return true
}
