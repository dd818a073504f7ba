// Package plots draws records: accuracy against what it costs, in FLOPs or in
// measured time, one series for each method. There is one style, made for a page of
// paper: series differ in colour, mark and dash, so that any one of them suffices.
// The same points give the same bytes.
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

// Figure is one picture: Y against X, both units of results, with the 95 % intervals
// of Y as bars where the points have them. X may be results.Speedup: it is drawn as
// relative time, 1 / speed-up, so that cheap is left in every figure.
//
// Points of method none are a line across with its interval as a band. Points that
// lack X or Y are left out.
type Figure struct {
	Title  string // model, task, seed, number of examples; Title makes it from a record
	X, Y   string
	Points []results.Point // as Record.Rows returns them
}

// Title says what a record is about, from its configuration and its first point's
// keys: "bert-6x384 on sst2, 872 examples, seed 1".
func Title(r *results.Record) string {
	get := func(name string) string {
		if v := r.Get(name); v != "" || len(r.Points) == 0 {
			return v
		}
		return r.Points[0].Key(name)
	}
	title := get(results.KeyModel)
	for _, part := range []struct{ before, value, after string }{
		{" on ", get(results.KeyTask), ""},
		{", ", get("examples"), " examples"},
		{", seed ", get(results.KeySeed), ""},
	} {
		if part.value != "" {
			title += part.before + part.value + part.after
		}
	}
	return strings.Trim(title, ", ")
}

// Save writes the figure to a file, as PNG, SVG or PDF by the path's ending. The file
// is there whole or not at all. It is an error if no point has both X and Y.
func (f Figure) Save(path string) error {
	var canvas vg.CanvasWriterTo
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	case ".svg":
		canvas = vgsvg.New(width, height)
	case ".pdf":
		canvas = vgpdf.New(width, height)
	default:
		return fmt.Errorf("%s: no picture format has the ending %q; there are .png, .svg and .pdf", path, ext)
	}
	if err := f.draw(draw.NewCanvas(canvas, width, height)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, tidy(b.Bytes()))
}

var pdfDate = regexp.MustCompile(`(/(?:Creation|Mod)Date \(D:)\d{14}`)

// tidy gives readers of an SVG that lack the font one of the same widths, and takes
// the hour out of a PDF; the date that replaces it has its length, because a PDF
// refers to its own bytes by number.
func tidy(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	return pdfDate.ReplaceAll(data, []byte("${1}20000101000000"))
}
