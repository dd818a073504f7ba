package pruners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestThresholdFile: thresholds mean nothing without their divisor, so a file holds both.
func TestThresholdFile(t *testing.T) {
	for _, c := range []struct{ text, more, spec, wrong string }{
		{"divisor=alive\n0\n0.25\n0.5\n", "", "threshold:theta=0:0.25:0.5,divisor=alive", ""},
		{"divisor=padded 0:0.25:0.5", ",divisor=padded", "threshold:theta=0:0.25:0.5", ""},
		{"0:0.25:0.5", ",divisor=initial", "threshold:theta=0:0.25:0.5,divisor=initial", ""},
		{"0:0.25:0.5", "", "", "start it with divisor="},
		{"divisor=alive 0 0.25", ",divisor=padded", "", "the rule has divisor=padded"},
		{"divisor=half 0 0.25", "", "", "none of padded"},
		{"divisor=alive 0 much", "", "", "much"},
		{"divisor=alive", "", "", "theta"},
		{"", "", "", "start it with divisor="},
	} {
		path := filepath.Join(t.TempDir(), "thetas")
		if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := Parse("threshold:file=" + path + c.more)
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) || !strings.Contains(err.Error(), path) {
				t.Errorf("%q%s: error %v, want the file's name and %q", c.text, c.more, err, c.wrong)
			}
		case err != nil || p.Spec().String() != c.spec:
			t.Errorf("%q%s is %v, %v, want %s", c.text, c.more, p, err, c.spec)
		}
	}
}

// TestInitialThetas: the thresholds to begin with are final·i/L in float64, rounded
// once, as the published code computes them; in float32 throughout some are others.
func TestInitialThetas(t *testing.T) {
	p := Threshold{Final: 0.01, Divisor: Padded}
	single := 0
	for layer := range 12 {
		want := float32(0.01 * float64(layer) / 12)
		if got := p.At(layer, 12); got != want {
			t.Errorf("layer %d of 12 begins at %v, want %v", layer, got, want)
		}
		if float32(0.01)*float32(layer)/12 != want {
			single++
		}
	}
	if single == 0 {
		t.Error("float32 gives the same thresholds, so that this test shows nothing")
	}
	if got := p.Scaled(0.5).Spec().String(); got != "threshold:final=0.005" {
		t.Errorf("half of %s is %s", p.Spec(), got)
	}
}
