package results

import "testing"

// TestLearned: what a rule has learned for a layer is a counted unit, and an interval's end is none.
func TestLearned(t *testing.T) {
	for unit, want := range map[string]struct {
		name  string
		layer int
		ok    bool
	}{
		Learned("theta", 11):       {"theta", 11, true},
		Learned("net-a-weight", 0): {"net-a-weight", 0, true},
		"learned-theta":            {}, "learned--1": {}, "learned-theta-low": {}, "theta-1": {}, "learned-theta--1": {"theta-", 1, true},
	} {
		name, layer, ok := LearnedAs(unit)
		if ok != want.ok || ok && (name != want.name || layer != want.layer) {
			t.Errorf("%s: %q, %d, %v", unit, name, layer, ok)
		}
		if got := (&Record{}).Counted(unit); got != want.ok {
			t.Errorf("%s is counted: %v", unit, got)
		}
	}
}
