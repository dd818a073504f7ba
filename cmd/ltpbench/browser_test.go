package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/internal/browser"
)

// pageOf writes the page of a run.
func pageOf(t *testing.T, run string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if code, _, err := call("report", run, "-o", path); code != 0 {
		t.Fatal(err)
	}
	return path
}

// silent reports whatever a page has fetched or complained about.
func silent(t *testing.T, b *browser.Browser) {
	t.Helper()
	console, requests := b.Messages()
	if len(console) > 0 {
		t.Errorf("the console is not empty: %s", strings.Join(console, "\n"))
	}
	for _, address := range requests {
		if !strings.HasPrefix(address, "file://") && !strings.HasPrefix(address, "data:") {
			t.Errorf("the page fetches %s", address)
		}
	}
	if len(requests) != 1 {
		t.Errorf("the page fetches %d files: %s", len(requests), requests)
	}
}

// TestReportInBrowser: the first minute's page in a browser, at the widths of a desk and a phone, in light and dark.
func TestReportInBrowser(t *testing.T) {
	b := browser.Start(t)
	path := pageOf(t, firstMinute)
	for _, width := range []int{1280, 768, 390, 320} {
		for _, colours := range []string{"light", "dark"} {
			b.Look(width, 900, colours)
			b.Open(path)
			var over, charts, marks, flat int
			b.Eval(`document.documentElement.scrollWidth - document.documentElement.clientWidth`, &over)
			b.Eval(`document.querySelectorAll(".field").length`, &charts)
			b.Eval(`[...document.querySelectorAll(".field use")].filter((u) => u.getBoundingClientRect().width > 4).length`, &marks)
			b.Eval(`[...document.querySelectorAll(".field polyline.s")].filter((u) => u.getBoundingClientRect().width < 20).length`, &flat)
			if over > 0 || charts != 8 || marks < 60 || flat > 0 {
				t.Errorf("%d wide, %s: %d pixels too wide, %d charts with %d marks, %d lines without extent", width, colours, over, charts, marks, flat)
			}
			silent(t, b)
		}
	}
	b.Look(1280, 900, "light")
	b.Open(path)

	// Hover: a point's values with their interval.
	text := func(selector string) (s string) {
		b.Eval(fmt.Sprintf(`document.querySelector(%q).hidden ? "" : document.querySelector(%q).textContent`, selector, selector), &s)
		return s
	}
	x, y := b.Box(`.field g.s:not(.base) use`)
	b.Mouse(x, y, false)
	if got := text(".tip"); !strings.Contains(got, "threshold\nrelative FLOPs (paper): 0.37") || !strings.Contains(got, "83.9 [81.4, 86.2]") {
		t.Errorf("the tip is %q", got)
	}
	b.Mouse(2, 2, false)
	if got := text(".tip"); got != "" {
		t.Errorf("the tip stays: %q", got)
	}

	// Keyboard: the points one by one.
	b.Eval(`document.querySelector(".plot").focus({focusVisible: true})`, nil)
	b.Key("ArrowRight")
	first := text(".spoken")
	b.Key("ArrowRight")
	if second := text(".spoken"); !strings.Contains(first, "0.36") || second == first || !strings.Contains(second, "0.37") {
		t.Errorf("arrows read %q, then %q", first, second)
	}

	// Toggles: a series disappears from all charts, and comes back.
	shown := func() (n int) {
		b.Eval(`[...document.querySelectorAll('.field [data-s="1"] use')].filter((u) => u.getBoundingClientRect().width > 0).length`, &n)
		return n
	}
	before := shown()
	b.Mouse(click(b, `[data-series="1"]`))
	if n := shown(); before < 20 || n != 0 {
		t.Errorf("%d marks of a series, %d after it was switched off", before, n)
	}
	b.Mouse(click(b, `[data-series="1"]`))
	if n := shown(); n != before {
		t.Errorf("%d marks of a series, %d after it was switched on again", before, n)
	}

	// Sorting: by a column of numbers, upwards and downwards, missing values last.
	column := func() (list []float64) {
		b.Eval(`[...document.querySelectorAll(".wide tbody tr")].map((r) => Number(r.cells[2].dataset.value))`, &list)
		return list
	}
	heading := `.wide th:nth-child(3) button`
	b.Mouse(click(b, heading))
	up := column()
	b.Mouse(click(b, heading))
	down := column()
	if len(up) != 14 || !slices.IsSorted(up) || slices.IsSorted(down) {
		t.Errorf("sorted %v, then %v", up, down)
	}
	if got := text(".tip"); !strings.Contains(got, "correct answers / examples") {
		t.Errorf("a heading explains itself as %q", got)
	}
	silent(t, b)
	if pdf := b.PDF(); len(pdf) < 50000 {
		t.Errorf("the printed page has %d bytes", len(pdf))
	}
}

// click is Mouse's arguments for a click on an element.
func click(b *browser.Browser, selector string) (x, y float64, press bool) {
	x, y = b.Box(selector)
	return x, y, true
}

// TestShots writes the pictures of docs/, where LTPBENCH_SHOTS names a folder for them.
func TestShots(t *testing.T) {
	dir := os.Getenv("LTPBENCH_SHOTS")
	if dir == "" {
		t.Skip("LTPBENCH_SHOTS names no folder for pictures")
	}
	b := browser.Start(t)
	path := pageOf(t, firstMinute)
	for _, x := range []struct {
		name, colours string
		width, height int
		section       int // that is scrolled to
		hover         string
	}{
		{"report", "light", 1280, 1010, 0, `.chart g.s.c0 use:nth-of-type(2)`},
		{"report-dark", "dark", 1280, 900, 3, `section:nth-of-type(3) .chart g.s.c2 use:nth-of-type(3)`},
		{"report-phone", "light", 390, 844, 1, ""},
	} {
		b.Look(x.width, x.height, x.colours)
		b.Open(path)
		if x.section > 0 {
			b.Eval(fmt.Sprintf(`document.querySelector("section:nth-of-type(%d)").scrollIntoView()`, x.section), nil)
		}
		if x.hover != "" {
			var at []float64
			b.Eval(fmt.Sprintf(`(async () => { await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame); const r = document.querySelector(%q).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, x.hover), &at)
			b.Mouse(at[0], at[1], false)
		}
		b.Shot(filepath.Join(dir, x.name+".png"), false)
	}
}
