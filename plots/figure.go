// Package plots draws the results of a run: accuracy against cost, speed-up against FLOPs
// saved, accuracy by length and tokens kept per layer, one series per method. There is one
// style, designed for print: series differ in colour, mark and dash, each of which
// suffices alone. The same points give the same bytes.
package plots

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

// Size of a figure on paper, and the resolution of its PNG.
const (
	width  = 16 * vg.Centimeter
	height = 10 * vg.Centimeter
	dpi    = 200
)

// Figure is one figure. Tradeoff, Speedups, Lengths, Kept and Breakdown make them.
type Figure struct {
	title  string
	x, y   axis
	series []series
	guides []guide
	// across draws the unpruned points as a line across the field, with their interval as a
	// band: all others are compared with them, at any cost.
	across bool
	// still leaves points that cover each other where they are.
	still bool
	// loose points have no line through them.
	loose bool
}

// guide is a line behind the points that helps to read them.
type guide struct {
	name string
	line draw.LineStyle
	at   [][2]float64 // x and y in units of the axes
}

// Formats are the extensions of the files that Save writes.
func Formats() []string { return []string{".png", ".svg", ".pdf"} }

// Save writes the figure to a file, as PNG, SVG or PDF by the path's extension. The file
// is there whole or not at all.
func (f Figure) Save(path string) error { return f.SaveAs(path, filepath.Ext(path)) }

// SaveAs is Save for a path that has another extension or none, such as a device.
func (f Figure) SaveAs(path, extension string) error {
	var canvas vg.CanvasWriterTo
	switch strings.ToLower(extension) {
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	case ".svg":
		canvas = vgsvg.New(width, height)
	case ".pdf":
		canvas = vgpdf.New(width, height)
	default:
		return fmt.Errorf("%s: no figure format has the extension %q: choose one of %s", path, extension, strings.Join(Formats(), ", "))
	}
	f.draw(draw.NewCanvas(canvas, width, height))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, tidy(b.Bytes()))
}

var pdfDate = regexp.MustCompile(`(/(?:Creation|Mod)Date \(D:)\d{14}`)

// tidy names fonts of equal widths for viewers of an SVG that lack the font, and replaces
// the date of a PDF by a fixed one of the same length, because a PDF refers to byte offsets.
func tidy(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	return pdfDate.ReplaceAll(data, []byte("${1}20000101000000"))
}

// Title describes a record by its configuration and its first point's keys:
// "bert-6x384 on sst2, 872 examples, seed 1". Of several seeds it gives the number.
func Title(r *results.Record) string {
	get := func(name string) string {
		if v := r.Get(name); v != "" || len(r.Points) == 0 {
			return v
		}
		return r.Points[0].Key(name)
	}
	title, seeds := get(results.KeyModel), ""
	switch list := strings.Fields(get(results.KeySeeds)); len(list) {
	case 0:
		seeds = get(results.KeySeed)
	case 1:
		seeds = list[0]
	default:
		seeds = fmt.Sprintf("%d seeds", len(list))
	}
	if seeds != "" && !strings.HasSuffix(seeds, "seeds") {
		seeds = "seed " + seeds
	}
	for _, part := range []struct{ before, value, after string }{
		{" on ", get(results.KeyTask), ""},
		{", ", get("examples"), " examples"},
		{", ", seeds, ""},
	} {
		if part.value != "" {
			title += part.before + part.value + part.after
		}
	}
	return strings.Trim(title, ", ")
}
