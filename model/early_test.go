package model_test

import (
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// halves decides before the attention of every layer, in tests alone: it keeps every other
// one of the rows that reach the layer, after layer 0 by position.
type halves struct{ pruners.None }

func (halves) Decides(layer, layers int) bool { return true }
func (halves) Before(layer, layers int) bool  { return true }

func (halves) Keep(v pruners.View, keep []bool) {
	for r, at := range v.Positions {
		keep[r] = at%(2<<v.Layer) == 0
	}
}

// gated decides before attention by a network of two outputs.
type gated struct{ scored }

func (gated) Decides(layer, layers int) bool { return true }
func (gated) Before(layer, layers int) bool  { return true }
func (s gated) WithState(t pruners.State) (pruners.Pruner, error) {
	return gated{scored{state: t}}, nil
}

func (gated) Net(layer, layers, width int) *pruners.Net {
	return &pruners.Net{Name: "y", Ops: []pruners.Op{
		{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: 4, Act: hw.GELU}, {Kind: pruners.Linear, Out: 4, Act: hw.GELU, Back: 1}, {Kind: pruners.SequenceMean},
		{Kind: pruners.Linear, Out: 3, NoBias: true}, {Kind: pruners.Linear, Out: 3, Back: 3}, {Kind: pruners.Sum, Act: hw.GELU, Back: 1}, {Kind: pruners.Linear, Out: 2},
	}}
}

func (s gated) Keep(v pruners.View, keep []bool) {
	for r := range keep {
		keep[r] = v.Scores[2*r] >= v.Scores[2*r+1]
	}
}

// poolsFirst is pool before the attention of layer 1 alone.
type poolsFirst struct{ pool }

func (poolsFirst) Score(layer, layers int) hw.Score { return hw.Score{} }
func (poolsFirst) Decides(layer, layers int) bool   { return layer == 1 }
func (poolsFirst) Before(layer, layers int) bool    { return layer == 1 }

// first runs one layer alone.
type first struct{ pruners.None }

func (first) Depth(layers int) int          { return 1 }
func (first) Deep(depth int) pruners.Pruner { return first{} }

func early(t *testing.T, e *model.Encoder) map[string]pruners.Pruner {
	t.Helper()
	net, err := pruners.Begin(gated{}, pruners.LearnOptions{Layers: e.Config.Layers, Width: e.Config.Width, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]pruners.Pruner{"halves": halves{}, "network": net, "pool": poolsFirst{}, "first layer": first{}}
}

// TestEarly: rules that decide before attention, merge there or leave layers out give a sequence
// the same bits alone and in a batch, with the last layer whole or not, and the ledger counts
// what the encoder asks of a device.
func TestEarly(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		for name, p := range early(t, e) {
			r, whole := run(t, e, p, n.Cases.Pack(), model.Options{FullLastLayer: true})
			_, alive, kept := r.Counts()
			for b := range whole {
				lone, alone := run(t, e, p, n.Cases.Pack(b), model.Options{})
				if e.Device.Info().BatchExact && !slices.Equal(alone[0], whole[b]) {
					t.Errorf("%s: sequence %d gives %v alone, %v in a batch", name, b, alone[0], whole[b])
				}
				if q, _, _ := lone.Counts(); q[0][lone.Depth()-1] != 1 {
					t.Errorf("%s: %d rows ask in the last layer", name, q[0][lone.Depth()-1])
				}
			}
			if name == "halves" && len(n.Cases.Batch[0].IDs) > 4 && (alive[0][0] != (len(n.Cases.Batch[0].IDs)+1)/2 || kept[0][0] != alive[0][0] || alive[0][1] >= kept[0][0]) {
				t.Errorf("halves: %v rows enter layers, %v leave them, of %d", alive[0], kept[0], len(n.Cases.Batch[0].IDs))
			}
			if name == "first layer" && (kept[0][0] != len(n.Cases.Batch[0].IDs) || kept[0][1] != 0 || alive[0][1] != 0) {
				t.Errorf("first layer alone: %v, %v", alive[0], kept[0])
			}
			for _, whole := range []bool{true, false} {
				d := &counting{Device: e.Device}
				counted := *e
				counted.Device = d
				batch := n.Cases.Pack(0)
				r, _ := run(t, &counted, p, batch, model.Options{FullLastLayer: whole})
				q, a, f := r.Counts()
				want := model.ExecutedBy(&e.Config, p, batch.Seqs.Rows(), q[0], a[0], f[0], whole)
				width, labels := int64(e.Config.Width), int64(e.Config.Labels)
				if got := d.flops - 2*width*(width+labels); labels > 0 && got != want {
					t.Errorf("%s, whole %v: the encoder asks for %d FLOPs, the ledger has %d", name, whole, got, want)
				}
			}
		}
	})
}

// weighing removes nothing: from each layer on, rows of weight 0 are nobody's keys but
// their own.
type weighing struct {
	model.Free
	weight []hw.Mat // by layer
}

func (s weighing) Enter(r *model.Run, a *model.Activations) {
	if !s.weight[a.Layer].Absent() {
		a.KeyWeight = s.weight[a.Layer]
	}
}

// TestWeightIsRemoval: a run that removes rows before attention gives the logits of one that
// keeps them all and gives each dropped row the weight 0 as a key, until another layer decides.
func TestWeightIsRemoval(t *testing.T) {
	within := hwtest.Tolerance{Absolute: 1e-5}
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack()
		rows := batch.Seqs.Rows()
		_, whole := run(t, e, parse(t, "none"), batch, model.Options{})
		for name, p := range map[string]pruners.Pruner{"in every layer": halves{}, "in layer 0": halfOnce{}} {
			_, want := run(t, e, p, batch, model.Options{})
			w := weighing{weight: make([]hw.Mat, e.Config.Layers)}
			for l := range w.weight {
				if !pruners.Before(p, l, e.Config.Layers) {
					continue // the weight stays
				}
				weight := make([]float32, rows)
				for r, at := range batch.Positions {
					if at%(2<<l) == 0 {
						weight[r] = 1
					}
				}
				w.weight[l] = e.Device.Floats(rows, 1)
				e.Device.Write(w.weight[l], weight)
			}
			for _, full := range []bool{true, false} {
				got := pass(t, e, model.NewRun(e, w, room(batch), model.Options{FullLastLayer: full}), batch)
				told := false
				for b := range want {
					for j, x := range want[b] {
						if g := got[b][j]; !within.Allows(float64(g), float64(x)) {
							t.Errorf("%s: logit %d of sequence %d is %v weighed and %v removed", name, j, b, g, x)
						}
						told = told || !within.Allows(float64(whole[b][j]), float64(x))
					}
				}
				if !told {
					t.Errorf("%s: no logit differs from those of all rows", name)
				}
			}
		}
	})
}

// halfOnce is halves in layer 0 alone.
type halfOnce struct{ halves }

func (halfOnce) Decides(layer, layers int) bool { return layer == 0 }
func (halfOnce) Before(layer, layers int) bool  { return layer == 0 }

// dropping weighs keys before layer 0 and drops rows after its attention.
type dropping struct {
	weighing
	keep []int32
	next []int32
}

func (s dropping) Choose(r *model.Run, a *model.Activations) {
	if a.Layer == 0 {
		r.SelectHost(a, s.keep, s.next)
	}
}

// TestWeightsFollowRows: where rows are dropped the weights of the others stay theirs.
func TestWeightsFollowRows(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack(0)
		rows := batch.Seqs.Rows()
		weigh := func(list []float32) hw.Mat {
			m := e.Device.Floats(len(list), 1)
			e.Device.Write(m, list)
			return m
		}
		all, left, keep := make([]float32, rows), []float32(nil), []int32(nil)
		for r := range all {
			all[r] = float32(r%5) / 4
			if r%3 != 1 {
				left, keep = append(left, all[r]), append(keep, int32(r))
			}
		}
		s := dropping{weighing{weight: make([]hw.Mat, e.Config.Layers)}, keep, []int32{0, int32(len(keep))}}
		s.weight[0] = weigh(all)
		got := pass(t, e, model.NewRun(e, s, room(batch), model.Options{FullLastLayer: true}), batch)
		s.weight[1] = weigh(left)
		if want := pass(t, e, model.NewRun(e, s, room(batch), model.Options{FullLastLayer: true}), batch); !slices.Equal(got[0], want[0]) {
			t.Errorf("logits %v, with the weights given again %v", got[0], want[0])
		}
	})
}

// keyed reads keys after the attention of layer 0, in tests alone.
type keyed struct {
	pruners.None
	read func(v pruners.View)
}

func (keyed) Decides(layer, layers int) bool     { return layer == 0 }
func (keyed) ReadsKeys(layer, layers int) bool   { return layer == 0 }
func (p keyed) Keep(v pruners.View, keep []bool) { p.read(v); p.None.Keep(v, keep) }

// TestKeys: a rule sees attention's keys, which are those of a linear layer.
func TestKeys(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		c, batch, width := load(t, n.Dir), n.Cases.Pack(), e.Config.Width
		seen := false
		run(t, e, keyed{read: func(v pruners.View) {
			seen = true
			x, keys := v.Hidden(), v.Keys()
			w, bias := c.Tensors["layer.0.key.weight"].Data, c.Tensors["layer.0.key.bias"].Data
			for _, at := range []int{0, len(keys) / 2, len(keys) - 1} {
				row, col := at/width, at%width
				want := float64(bias[col])
				for j := range width {
					want += float64(w[col*width+j]) * float64(x[row*width+j])
				}
				if got := float64(keys[at]); !(got-want < 1e-4 && want-got < 1e-4) {
					t.Errorf("row %d, column %d: the key is %v, want %v", row, col, got, want)
				}
			}
		}}, batch, model.Options{})
		if !seen {
			t.Error("nobody asked the rule")
		}
	})
}
