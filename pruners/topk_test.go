package pruners

import (
	"strings"
	"testing"
)

// TestTopKCheck: a schedule that leaves no layer to prune in is refused, whatever its
// rate, with what to give instead; where one layer prunes it fits, also at its weakest.
func TestTopKCheck(t *testing.T) {
	for _, tc := range []struct {
		rule   TopK
		layers int
		want   string // in the error; empty: it fits
	}{
		{TopK{Rate: 0.5}, 12, ""},
		{TopK{Rate: 0.5}, 4, ""},
		{TopK{Rate: 0}, 4, ""},
		{TopK{Rate: 1}, 4, ""},
		{TopK{Rate: -100}, 3, "its first 3 keep everything: give start=1, or at most start=2"},
		{TopK{Rate: 0.5}, 2, "pruner topk:rate=0.5 drops nothing in a model of 2 layers"},
		{TopK{Rate: 0, Start: 5}, 6, ""},
		{TopK{Rate: 0, Start: 6}, 6, "its first 6 keep everything: give start=1, or at most start=5"},
		{TopK{Rate: 0, Start: 9}, 6, "topk:rate=0,start=9"},
		{TopK{Rate: 0, Start: 1}, 2, ""},
		{TopK{Flat: 0.5}, 2, ""},
		{TopK{Rate: 0, Start: 1}, 1, "1 layer, for the first layer keeps everything: leave the pruner out"},
		{TopK{Flat: 0.5}, 1, "leave the pruner out"},
		{TopK{Rates: Rates{1, 0.5}}, 2, ""},
		{TopK{Rates: Rates{0.5}}, 1, ""},
		{TopK{Rates: Rates{1, 0.5, 0.5}}, 6, "pruner topk:rates=1:0.5:0.5 has 3 rates, and the model 6 layers: give one for each layer"},
	} {
		err := Fits(tc.rule, tc.layers)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s in %d layers: %v, want %q", tc.rule.Spec(), tc.layers, err, tc.want)
		}
		if tc.rule.Rates != nil {
			continue
		}
		if prunes := tc.rule.RateAt(tc.layers-1, tc.layers) < 1 || tc.rule.Rate == 1; prunes != (tc.want == "") {
			t.Errorf("%s in %d layers: the last keeps %v", tc.rule.Spec(), tc.layers, tc.rule.RateAt(tc.layers-1, tc.layers))
		}
	}
	if Fits(None{}, 1) != nil {
		t.Error("a rule without Check does not fit")
	}
}

// TestRates: rates are counted as those of the other schedules are, a series of their own, and
// one power leads from all tokens to next to none.
func TestRates(t *testing.T) {
	published := TopK{Rate: 0.2, Start: 1}
	p := TopK{}
	for layer := range 12 {
		p.Rates = append(p.Rates, published.RateAt(layer, 12))
	}
	for n := range 200 {
		for layer := range 12 {
			if a, b := p.Kept(layer, 12, n), published.Kept(layer, 12, n); a != b {
				t.Fatalf("layer %d keeps %d of %d tokens, by rate= %d", layer, a, n, b)
			}
		}
	}
	if s := Series(TopK{Rates: Rates{1, 0.5}}); s != "topk:rates" {
		t.Errorf("its series is %s", s)
	}
	r := Rates{1, 0.9, 0.5, 0.25}
	for x, want := range map[float64]string{0: "1:1:1:1", 0.5: "1:0.9:0.5:0.25", 2.0 / 3: "1:0.81:0.25:0.0625", 1: "1:0.0001:0.0001:0.0001"} {
		if got := r.tuned(x).String(); got != want {
			t.Errorf("at %v rates are %s, want %s", x, got, want)
		}
	}
}
