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
	} {
		err := Fits(tc.rule, tc.layers)
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s in %d layers: %v, want %q", tc.rule.Spec(), tc.layers, err, tc.want)
		}
		if prunes := tc.rule.RateAt(tc.layers-1, tc.layers) < 1 || tc.rule.Rate == 1; prunes != (tc.want == "") {
			t.Errorf("%s in %d layers: the last keeps %v", tc.rule.Spec(), tc.layers, tc.rule.RateAt(tc.layers-1, tc.layers))
		}
	}
	if Fits(None{}, 1) != nil {
		t.Error("a rule without Check does not fit")
	}
}
