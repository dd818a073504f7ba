package pruners

import (
	"strings"
	"testing"

	"ltpbench/hw"
)

// TestLearnedThresholds: what is learned is a state, not a spec; it survives a wrapper and a new knob.
func TestLearnedThresholds(t *testing.T) {
	for _, spec := range []string{"threshold:final=0.01", "threshold:final=1.2,divisor=mean,score=cls"} {
		p, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		if StateOf(p) != nil {
			t.Errorf("%s has a state before it learns", spec)
		}
		l, ok, err := Learn(p, LearnOptions{Layers: 3, Temperature: 1})
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		l.Params()[0].Value[2] = 0.123
		if kind := l.Score(1).Kind; kind != p.Score(1, 3).Kind {
			t.Errorf("%s learns over score %v", spec, kind)
		}
		p = l.Pruner()
		text := p.Spec().String()
		if !strings.Contains(text, "theta=learned") || Series(p) != Series(mustParse(t, spec)) {
			t.Errorf("learned: %s, series %s", text, Series(p))
		}
		again := mustParse(t, text)
		if err := Fits(again, 3); err == nil || !strings.Contains(err.Error(), "beside its weights") {
			t.Errorf("without a state: %v", err)
		}
		if again, err = WithState(again, StateOf(p)); err != nil || StateOf(again).Hash() != StateOf(p).Hash() || again.Spec().String() != text {
			t.Errorf("with its state: %v, %v", again, err)
		}
		if err := Fits(again, 3); err != nil {
			t.Error(err)
		}
		if err := Fits(again, 4); err == nil {
			t.Error("three thresholds fit four layers")
		}
		scaled, ok := Scale(again, 2)
		if !ok || StateOf(scaled)["theta"].Data[2] != 0.246 || StateOf(again)["theta"].Data[2] != 0.123 {
			t.Errorf("scaled: %v from %v", StateOf(scaled), StateOf(again))
		}
	}
	for _, spec := range []string{"topk:rate=0.5", "threshold:theta=0:0.1", "none"} {
		if _, err := WithState(mustParse(t, spec), State{"theta": {[]int{1}, []float32{0}}}); err == nil {
			t.Errorf("%s takes a learned state", spec)
		}
	}
	if _, err := WithState(mustParse(t, "threshold:theta=learned"), State{"thetas": {}}); err == nil || !strings.Contains(err.Error(), "no tensor theta") {
		t.Errorf("another tensor: %v", err)
	}
}

func mustParse(t *testing.T, spec string) Pruner {
	t.Helper()
	p, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNet(t *testing.T) {
	n := &Net{Name: "gate", Ops: []Op{{Kind: Norm}, {Kind: Linear, Out: 4, Act: hw.GELU}, {Kind: SequenceMean}, {Kind: Linear, Out: 1}}}
	if got := n.FLOPs(8); got != 2*(8*4+4) {
		t.Errorf("%d FLOPs", got)
	}
	a, b := State{}, State{}
	n.Init(a, 8, 1)
	n.Init(b, 8, 1)
	if err := n.CheckState(a, 8); err != nil || len(a) != 6 || a.Hash() != b.Hash() {
		t.Errorf("%v: %v", err, a)
	}
	if w := a["gate.1.weight"].Data; len(w) != 32 || w[0] == w[1] || a["gate.0.weight"].Data[7] != 1 {
		t.Errorf("%v", a)
	}
	if err := n.CheckState(a, 9); err == nil || !strings.Contains(err.Error(), "learned for another model") {
		t.Error(err)
	}
	delete(a, "gate.3.bias")
	if err := n.CheckState(a, 8); err == nil || !strings.Contains(err.Error(), "gate.3.bias") {
		t.Error(err)
	}
	n.Init(b, 8, 2) // what is there stays
	c := State{}
	n.Init(c, 8, 2)
	if c.Hash() == b.Hash() {
		t.Error("another seed gives the same weights, or Init writes over what is there")
	}
	defer func() {
		if recover() == nil {
			t.Error("a network that adds rows of two widths passes")
		}
	}()
	(&Net{Name: "two", Ops: []Op{{Kind: Linear, Out: 2}, {Kind: Sum, Back: 1}, {Kind: Linear, Out: 1}}}).Widths(8)
}
