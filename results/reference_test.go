package results

import "testing"

// What the masked emulation gives is counted like what it stands beside.
func TestReferenceUnits(t *testing.T) {
	for _, name := range []string{Accuracy, PaperRatio} {
		own, emulated := UnitOf(name), UnitOf(ReferencePrefix+name)
		if emulated.Name != ReferencePrefix+name || emulated.Counted != own.Counted || !emulated.Counted || emulated.Better != own.Better {
			t.Errorf("%+v beside %+v", emulated, own)
		}
	}
	if u := UnitOf(ReferencePrefix + "other"); u.Counted {
		t.Errorf("%+v", u)
	}
}
