package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ltpbench/results"
)

// widest returns the length of the longest line.
func widest(s string) (n int) {
	for line := range strings.Lines(s) {
		n = max(n, utf8.RuneCountInString(strings.TrimRight(line, " \n")))
	}
	return n
}

// A narrow terminal gets fewer columns and wrapped prose, and is told which are missing.
func TestWidth(t *testing.T) {
	r := whole(sweep())
	r.Chart = nil
	if n := widest(export(t, Text{}, r)); n < 100 || n > 160 {
		t.Errorf("without a limit the widest line has %d characters", n)
	}
	for _, c := range []struct {
		width       int
		has, hasnot string
	}{
		{120, "p95", "hidden"},
		{80, "Columns hidden to fit the width: p95 ms, p50 ms", "p95"},
		{60, "method", "effi"},
		{40, "budget", "executed"},
	} {
		got := export(t, Text{Width: c.width}, r)
		if n := widest(got); n > c.width && c.width > 45 {
			t.Errorf("width %d: a line has %d characters:\n%s", c.width, n, got)
		}
		if !strings.Contains(got, c.has) || strings.Contains(strings.SplitN(got, "─", 2)[0], c.hasnot) {
			t.Errorf("width %d: want %q and not %q in\n%s", c.width, c.has, c.hasnot, got)
		}
		words := strings.Join(strings.Fields(got), " ")
		if !strings.Contains(words, strings.Join(r.Verdict, " ")) {
			t.Errorf("width %d: the verdict is not whole:\n%s", c.width, got)
		}
	}
}

func TestChart(t *testing.T) {
	r := whole(sweep())
	if got := export(t, Text{}, r); !strings.Contains(got, "x topk") || strings.Contains(got, "\x1b") {
		t.Errorf("the curve is missing, or coloured:\n%s", got)
	}
	r.Chart = &Chart{sweep(), results.PaperRatio, results.F1}
	if got := export(t, Text{}, r); strings.Contains(got, "┤") {
		t.Errorf("a curve of a unit that no point has:\n%s", got)
	}
}
