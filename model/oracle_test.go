package model_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

func TestOracle(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
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
}

// TestOracleRates: top-k's schedules are the oracle's, to the last digit.
func TestOracleRates(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		for form, cases := range map[string]map[string]oracle.Answer{
			"topk:rate=%s": n.Cases.TopK, "topk:rate=%s,start=1": n.Cases.TopKStart1, "topk:keep=%s": n.Cases.TopKKeep,
		} {
			for rate, want := range cases {
				p, layers := parse(t, fmt.Sprintf(form, rate)).(pruners.TopK), len(want.Kept[0])
				var got []float64
				for layer := range layers {
					got = append(got, p.RateAt(layer, layers))
				}
				if !slices.Equal(got, want.Rates) {
					t.Errorf("%s keeps the shares %v, want %v", p.Spec(), got, want.Rates)
				}
			}
		}
	})
}

// compare runs a rule over the oracle's batch, with all rows of the last layer
// and with row 0 alone.
func compare(t *testing.T, n *oracle.Net, e *model.Encoder, spec string, want oracle.Answer) {
	for _, exact := range []bool{true, false} {
		r, got := run(t, e, parse(t, spec), n.Cases.Pack(), model.Options{FullLastLayer: exact})
		compareLogits(t, fmt.Sprint("exact ", exact), n, got, want.Logits)
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
				if !(math.Abs(float64(got[i])-w) <= tol*w) {
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
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack()
		r := model.NewRun(e, watch{}, room(batch), model.Options{FullLastLayer: true, SaveActivations: true})
		pass(t, e, r, batch)
		if _, scores := r.Received(0); scores == nil {
			t.Fatal("no scores")
		}
		compareReceived(t, &n, e, r, n.Cases.None)
	})
}
