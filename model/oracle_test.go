package model_test

import (
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/all"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// devices opens every variant of the CPU that this machine has.
func devices(t *testing.T, f func(t *testing.T, d hw.Device)) {
	for _, driver := range hw.Drivers() {
		for _, variant := range driver.Variants() {
			t.Run(driver.Name+":"+variant, func(t *testing.T) {
				d, err := hw.Open(driver.Name+":"+variant, hw.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				f(t, d)
			})
		}
	}
}

func TestOracle(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		devices(t, func(t *testing.T, d hw.Device) {
			e, err := model.New(d, c)
			if err != nil {
				t.Fatal(err)
			}
			check := func(name, spec string, want oracle.Answer) {
				t.Run(name, func(t *testing.T) { compare(t, &n, e, spec, want) })
			}
			check("none", "none", n.Cases.None)
			for rate, want := range n.Cases.TopK {
				check("topk "+rate, "topk:rate="+rate, want)
			}
			for rate, want := range n.Cases.TopKStart1 {
				check("topk start 1 "+rate, "topk:rate="+rate+",start=1", want)
			}
			for rate, want := range n.Cases.TopKKeep {
				check("topk keep "+rate, "topk:keep="+rate, want)
			}
			for divisor, want := range n.Cases.Threshold {
				p := pruners.Threshold{Theta: want.Theta, Divisor: pruners.Divisor(divisor)}
				check("threshold "+divisor, p.Spec().String(), want)
			}
			check("relative", pruners.Relative{T: n.Cases.Relative.T}.Spec().String(), n.Cases.Relative)
		})
	})
}

// compare runs a rule over the oracle's batch, with all rows of the last layer
// and with row 0 alone.
func compare(t *testing.T, n *oracle.Net, e *model.Encoder, spec string, want oracle.Answer) {
	p, err := pruners.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	batch := n.Cases.Pack()
	var size model.Size
	size.Fit(batch.Seqs)
	for _, exact := range []bool{true, false} {
		r, err := model.NewHardRun(e, p, size, model.Options{Exact: exact})
		if err != nil {
			t.Fatal(err)
		}
		r.Load(batch)
		logits := e.Forward(r)
		if err := r.Sync(); err != nil {
			t.Fatal(err)
		}
		got := make([]float32, logits.Rows*logits.Cols)
		e.Device.Read(got, logits)
		tol := n.Cases.Tol(t, "logits")
		for b, row := range want.Logits {
			for j, w := range row {
				if g := got[b*len(row)+j]; math.Abs(float64(g)-w) > tol || g != g {
					t.Errorf("exact=%v: logit %d of sequence %d is %v, want %v", exact, j, b, g, w)
				}
			}
		}
		if exact {
			compareKept(t, n, e, r, want)
			compareReceived(t, n, e, r, want)
		}
	}
}

func compareKept(t *testing.T, n *oracle.Net, e *model.Encoder, r *model.Run, want oracle.Answer) {
	_, alive, kept := r.Counts()
	for b, w := range want.FLOPs {
		if got := model.Paper(&e.Config, alive[b], kept[b]); float64(got) != w {
			t.Errorf("sequence %d: %d FLOPs, want %v", b, got, w)
		}
	}
	for layer := range e.Config.Layers {
		seqs, positions := r.Kept(layer)
		for b := range want.Kept {
			if got := positions[seqs[b]:seqs[b+1]]; !slices.Equal(got, want.Kept[b][layer]) {
				t.Errorf("layer %d, sequence %d keeps %v, want %v", layer, b, got, want.Kept[b][layer])
			}
		}
	}
}

func compareReceived(t *testing.T, n *oracle.Net, e *model.Encoder, r *model.Run, want oracle.Answer) {
	if want.Received == nil {
		return
	}
	tol := n.Cases.Tol(t, "received")
	for layer := range e.Config.Layers {
		seqs, scores := r.Received(layer)
		for b := range want.Received {
			if scores == nil {
				continue // this rule does not read the layer's scores
			}
			got := scores[seqs[b]:seqs[b+1]]
			if len(got) != len(want.Received[b][layer]) {
				t.Errorf("layer %d, sequence %d: %d scores, want %d", layer, b, len(got), len(want.Received[b][layer]))
				continue
			}
			for i, w := range want.Received[b][layer] {
				if math.Abs(float64(got[i])-w) > tol*w {
					t.Errorf("layer %d, sequence %d, row %d receives %v, want %v", layer, b, i, got[i], w)
				}
			}
		}
	}
}

// watch prunes nothing and reads every layer's scores.
type watch struct{ model.Free }

func (watch) Score(layer int) hw.Score { return hw.Score{Kind: hw.Received} }

func TestOracleReceived(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		devices(t, func(t *testing.T, d hw.Device) {
			e, err := model.New(d, c)
			if err != nil {
				t.Fatal(err)
			}
			batch := n.Cases.Pack()
			var size model.Size
			size.Fit(batch.Seqs)
			r := model.NewRun(e, watch{}, size, model.Options{Exact: true, Keep: true})
			r.Load(batch)
			e.Forward(r)
			if err := r.Sync(); err != nil {
				t.Fatal(err)
			}
			if _, scores := r.Received(0); scores == nil {
				t.Fatal("no scores")
			}
			compareReceived(t, &n, e, r, n.Cases.None)
		})
	})
}

// TestBatchExact: a sequence's logits have the same bits alone, in any batch, in
// any order, with one thread and with two.
func TestBatchExact(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		devices(t, func(t *testing.T, d hw.Device) {
			if !d.Info().BatchExact {
				t.Skip("this device does not promise it")
			}
			for _, spec := range []string{"none", "topk:rate=0.2,start=1", "threshold:final=0.01", "random:keep=0.5,seed=3"} {
				whole := logits(t, d, c, spec, n.Cases)
				one, err := hw.Open("cpu:"+d.Info().Kernel, hw.Options{Threads: 1})
				if err != nil {
					t.Fatal(err)
				}
				var backwards []int
				for b := range n.Cases.Batch {
					backwards = append([]int{b}, backwards...)
					if alone := logits(t, one, c, spec, n.Cases, b); !slices.Equal(alone[0], whole[b]) {
						t.Errorf("%s: sequence %d alone gives %v, in the batch %v", spec, b, alone[0], whole[b])
					}
				}
				for i, got := range logits(t, d, c, spec, n.Cases, backwards...) {
					if !slices.Equal(got, whole[backwards[i]]) {
						t.Errorf("%s: sequence %d in another order gives %v, before %v", spec, backwards[i], got, whole[backwards[i]])
					}
				}
				one.Close()
			}
		})
	})
}

func logits(t *testing.T, d hw.Device, c *model.Checkpoint, spec string, cases oracle.Cases, which ...int) [][]float32 {
	t.Helper()
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pruners.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	batch := cases.Pack(which...)
	var size model.Size
	size.Fit(batch.Seqs)
	r, err := model.NewHardRun(e, p, size, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Load(batch)
	m := e.Forward(r)
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	all := make([]float32, m.Rows*m.Cols)
	d.Read(all, m)
	var rows [][]float32
	for b := range m.Rows {
		rows = append(rows, all[b*m.Cols:(b+1)*m.Cols])
	}
	return rows
}
