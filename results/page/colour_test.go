package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast: WCAG 2.1 AA in light, dark and print: 4.5 for text, 3 for what series are drawn with.
func TestContrast(t *testing.T) {
	variable := regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6})\b`)
	blocks := strings.Split(style, ":root {")[1:]
	if len(blocks) != 3 {
		t.Fatalf("%d sets of colours", len(blocks))
	}
	for i, block := range blocks {
		block, _, _ = strings.Cut(block, "}")
		colours := map[string]string{}
		for _, m := range variable.FindAllStringSubmatch(block, -1) {
			colours[m[1]] = m[2]
		}
		for pair, least := range map[string]float64{
			"ink paper": 7, "soft paper": 4.5, "soft wash": 4.5, "accent paper": 4.5, "warn warn-wash": 4.5, "paper ink": 7, "base paper": 4.5, "ink wash": 7, "ink heat": 4.5,
			"c0 paper": 3, "c1 paper": 3, "c2 paper": 3, "c3 paper": 3, "c4 paper": 3, "c5 paper": 3, "c6 paper": 3, "c7 paper": 3,
		} {
			a, b, _ := strings.Cut(pair, " ")
			if got := contrast(t, colours[a], colours[b]); got < least {
				t.Errorf("set %d: %s on %s has contrast %.2f, want %.1f", i, a, b, got, least)
			}
		}
	}
}

// contrast is the ratio of WCAG 2.1, "contrast ratio".
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a)+0.05, luminance(t, b)+0.05
	return max(x, y) / min(x, y)
}

// luminance is WCAG's "relative luminance" of #rgb or #rrggbb.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("colour %q: %v", colour, err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
