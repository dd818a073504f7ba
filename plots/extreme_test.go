package plots

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
	"unicode"

	"ltpbench/results"
)

// Values that no axis can show are an error that names their point, and no crash.
func TestExtremeValues(t *testing.T) {
	for _, v := range []float64{1e-310, math.SmallestNonzeroFloat64, -1e-310, 1e300, -1e308, math.MaxFloat64} {
		for _, unit := range []string{results.PaperRatio, results.Accuracy, results.Speedup, results.ExecutedRatio, results.P50Seconds} {
			all := points()
			for i := range all[2].Values {
				if all[2].Values[i].Unit == unit {
					all[2].Values[i].Value = v
				}
			}
			all[2].Values = append(all[2].Values, results.Value{Unit: results.P50Seconds, Value: v})
			drawn := 0
			for _, make := range []func() (Figure, error){
				func() (Figure, error) { return Tradeoff(title, unit, results.Accuracy, all) },
				func() (Figure, error) { return Tradeoff(title, results.PaperRatio, unit, all) },
				func() (Figure, error) { return Speedups(title, all) },
				func() (Figure, error) { return Breakdown(title, "threshold", all) },
			} {
				f, err := make()
				if err == nil {
					save(t, f, ".svg")
					drawn++
				} else if !strings.Contains(err.Error(), "drawn") && !strings.Contains(err.Error(), "nothing to draw") {
					t.Errorf("%s %g: %v", unit, v, err)
				}
			}
			var b strings.Builder
			if err := Curve(&b, all, results.PaperRatio, unit, false); err != nil {
				t.Error(err)
			}
		}
	}
}

// Small and large values that can be drawn are, with short numbers on the axes.
func TestSmallValues(t *testing.T) {
	for _, scale := range []float64{1e-90, 1e-12, 1e12, 1e90} {
		all := points()
		for i := range all {
			for j := range all[i].Values {
				all[i].Values[j].Value *= scale
			}
		}
		svg := string(save(t, must(Tradeoff(title, results.PaperRatio, results.Accuracy, all)), ".svg"))
		if strings.Contains(svg, "0.0000000") || strings.Contains(svg, "00000000") || strings.Contains(svg, "NaN") {
			t.Errorf("scale %g: long numbers or NaN in the figure", scale)
		}
	}
}

// Text of records in a figure is text, and the SVG is well-formed.
func TestHostileText(t *testing.T) {
	const evil = "</text><script>alert(1)</script>\x1b[31m\u202e&\x00\"'"
	all := points()
	for i := range all {
		all[i].Keys[0].Value += evil
	}
	f := must(Tradeoff(evil, results.PaperRatio, results.Accuracy, all))
	svg := string(save(t, f, ".svg"))
	if strings.Contains(svg, "<script") || strings.ContainsFunc(svg, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}) {
		t.Error("markup or a control character reaches the SVG")
	}
	if !strings.Contains(svg, `\u001b[31m`) {
		t.Error("the escape sequence is not visible")
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	save(t, f, ".pdf")
	save(t, f, ".png")
	var b strings.Builder
	if err := Curve(&b, all, results.PaperRatio, results.Accuracy, true); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x1b[31m&") || strings.Contains(b.String(), "\u202e") {
		t.Error("a control sequence of a record reaches the terminal")
	}
}
