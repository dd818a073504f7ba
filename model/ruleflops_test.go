package model_test

import (
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// counting is a device that counts what the encoder asks it to multiply.
type counting struct {
	hw.Device
	flops int64
}

func (d *counting) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	d.flops += 2 * int64(x.Rows) * int64(w.In) * int64(w.Out)
	d.Device.Linear(y, x, w, act, pre)
}

func (d *counting) Scores(a *hw.Attention) {
	q, k := d.lengths(a.QSeqs), d.lengths(a.Seqs)
	for b := range q {
		d.flops += 2 * int64(a.Q.Cols) * q[b] * k[b]
	}
	d.Device.Scores(a)
}

func (d *counting) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	q, k := d.lengths(a.QSeqs), d.lengths(a.Seqs)
	if !rows.Absent() {
		asked, offsets := make([]int32, rows.N), make(ragged.Seqs, a.QSeqs.Count+1)
		d.ReadInts(asked, rows)
		d.ReadInts(offsets, a.QSeqs.Offsets)
		for b := range q {
			q[b] = 0
			for _, row := range asked {
				if row >= offsets[b] && row < offsets[b+1] {
					q[b]++
				}
			}
		}
	}
	for b := range q {
		d.flops += 2 * int64(a.Q.Cols) * q[b] * k[b]
	}
	d.Device.Context(y, a, rows)
}

func (d *counting) lengths(s hw.Seqs) []int64 {
	offsets := make(ragged.Seqs, s.Count+1)
	d.ReadInts(offsets, s.Offsets)
	list := make([]int64, s.Count)
	for b := range list {
		list[b] = int64(offsets.Len(b))
	}
	return list
}

// scored is a rule with a separate network, in this test alone.
type scored struct {
	pruners.None
	state pruners.State
}

func (scored) Decides(layer, layers int) bool                      { return layer > 0 }
func (s scored) State() pruners.State                              { return s.state }
func (s scored) WithState(t pruners.State) (pruners.Pruner, error) { return scored{state: t}, nil }

func (s scored) Keep(v pruners.View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		pruners.KeepBest(v.Scores[i:j], 4, keep[i:j])
	}
}

func (scored) Net(layer, layers, width int) *pruners.Net {
	if layer == 0 {
		return nil
	}
	return &pruners.Net{Name: "x", Ops: []pruners.Op{{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: 5, Act: hw.GELU}, {Kind: pruners.Linear, Out: 1}}}
}

// TestExecutedBy: the ledger's executed FLOPs are those that the encoder asks of a device, for
// rules that drop, merge and score with networks, with the last layer whole or not.
func TestExecutedBy(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		topk, err := pruners.Parse("topk:rate=0.3,start=1")
		if err != nil {
			t.Fatal(err)
		}
		net, err := pruners.Begin(scored{}, pruners.LearnOptions{Layers: e.Config.Layers, Width: e.Config.Width})
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]pruners.Pruner{"none": pruners.None{}, "topk": topk, "lengthdrop": pruners.LengthDrop{Drop: 0.3}, "pairs": pairs{}, "pool": pool{}, "network": net} {
			for _, whole := range []bool{true, false} {
				d := &counting{Device: e.Device}
				counted := *e
				counted.Device = d
				batch := n.Cases.Pack(0)
				r, _ := run(t, &counted, p, batch, model.Options{FullLastLayer: whole})
				q, a, f := r.Counts()
				want := model.ExecutedBy(&e.Config, p, a[0][0], q[0], a[0], f[0], whole)
				d64, labels := int64(e.Config.Width), int64(e.Config.Labels)
				if got := d.flops - 2*d64*(d64+labels); labels > 0 && got != want {
					t.Errorf("%s, whole %v: the encoder asks for %d FLOPs, the ledger has %d", name, whole, got, want)
				}
			}
		}
	})
}

// TestMaskedNetwork: a network scores the living rows alone, so rows that are masked change
// nothing: the logits are those of removing them.
func TestMaskedNetwork(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		p, err := pruners.Begin(scored{}, pruners.LearnOptions{Layers: e.Config.Layers, Width: e.Config.Width})
		if err != nil {
			t.Fatal(err)
		}
		batch := n.Cases.Pack()
		_, removed := run(t, e, p, batch, model.Options{FullLastLayer: true})
		m, err := model.NewMasked(e, p, room(batch))
		if err != nil {
			t.Fatal(err)
		}
		logits, kept, err := m.Forward(batch)
		if err != nil {
			t.Fatal(err)
		}
		for b, row := range removed {
			if last := len(kept[b]) - 1; batch.Seqs.Len(b) > 4 && kept[b][last] != 4 {
				t.Errorf("sequence %d keeps %d rows, not 4", b, kept[b][last])
			}
			for j, x := range row {
				if d := x - logits[b*len(row)+j]; !(d*d <= 1e-8*(1+x*x)) {
					t.Errorf("sequence %d: logit %v masked, %v removed", b, logits[b*len(row)+j], x)
				}
			}
		}
	})
}
