package pruners

import "ltpbench/hw"

func init() {
	Register(Rule{
		Name: "relative",
		Doc:  "drops tokens whose received attention is below a fraction of the sentence's highest; independent of scale",
		Params: []ParamDoc{
			{"t", "the share, 0 to 1"},
			{"start", "first layer that drops tokens: 1, the default, or 0, as in the published code"},
		},
		New:      newRelative,
		Knobs:    []Knob{{"t", "0.3"}},
		Series:   []string{"start"},
		Scores:   true,
		Examples: []string{"relative:t=0.3", "relative:t=1", "relative:t=0.3,start=0", "relative:t=0.3,score=cls", "relative:t=0.3,score=random"},
	})
}

// Relative drops a row iff its score divided by the highest of its sequence is
// below T. The best row always lives. The published code prunes in layer 0 too,
// which LTP's thresholds never do; here that is an option.
type Relative struct {
	T          float32
	FirstLayer bool // prune in layer 0 too
}

func newRelative(a Args) (Pruner, error) {
	t, err := a.Float("t", 0.1, 0, 1)
	if err != nil {
		return nil, err
	}
	start, err := a.Int("start", 1, 0, 1)
	return Relative{float32(t), start == 0}, err
}

// Spec implements Pruner.
func (p Relative) Spec() Spec {
	s := Spec{"relative", []Arg{{"t", number(float64(p.T), 32)}}}
	if p.FirstLayer {
		s.Args = append(s.Args, Arg{"start", "0"})
	}
	return s
}

// Tune implements Tunable: t= is x.
func (p Relative) Tune(x float64) Pruner {
	p.T = float32(fourDigits(x))
	return p
}

// Score implements Pruner.
func (p Relative) Score(layer, layers int) hw.Score {
	if layer == 0 && !p.FirstLayer {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

// Keep implements Pruner.
func (p Relative) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		best := float32(0)
		rows := v.Scores[v.Seqs[b]:v.Seqs[b+1]]
		for _, s := range rows {
			best = max(best, s)
		}
		for r, s := range rows {
			keep[int(v.Seqs[b])+r] = s >= best*p.T
		}
	}
}

// Grown implements Growing.
func (p Relative) Grown(share float64) Pruner {
	p.T *= float32(share)
	return p
}

// RelativeSelector is a device that selects by Relative: it keeps a row iff it is
// the first of its sequence or its score is at least a share of the highest.
type RelativeSelector interface {
	SelectRelative(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, share float32)
}

// KeepOn implements OnDevice.
func (p Relative) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(RelativeSelector)
	if ok {
		device.SelectRelative(s.Rows, s.Offsets, v.Scored, v.Seqs, p.T)
	}
	return ok
}
