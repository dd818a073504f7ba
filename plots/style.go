package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// look is what distinguishes a series.
type look struct {
	color color.NRGBA
	mark  draw.GlyphDrawer
	dash  []vg.Length
}

// looks are given to the methods in order of their names. The colours are those of
// Okabe and Ito, which colour-blind readers can distinguish, dark and light in turn.
var looks = []look{
	{color.NRGBA{0x00, 0x72, 0xb2, 0xff}, draw.CircleGlyph{}, nil},
	{color.NRGBA{0xd5, 0x5e, 0x00, 0xff}, draw.BoxGlyph{}, []vg.Length{6, 2.5}},
	{color.NRGBA{0x00, 0x9e, 0x73, 0xff}, draw.PyramidGlyph{}, []vg.Length{1.5, 2}},
	{color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, diamond{}, []vg.Length{7, 2, 1.5, 2}},
	{color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, draw.RingGlyph{}, []vg.Length{10, 3}},
	{color.NRGBA{0x56, 0xb4, 0xe9, 0xff}, draw.SquareGlyph{}, []vg.Length{3, 3}},
	{color.NRGBA{0x80, 0x60, 0x30, 0xff}, draw.TriangleGlyph{}, []vg.Length{7, 2, 1.5, 2, 1.5, 2}},
	{color.NRGBA{0x70, 0x70, 0x70, 0xff}, draw.CrossGlyph{}, []vg.Length{1, 3}},
}

// lookOf returns the look of the i-th method. After the last one the colours
// repeat with other marks and dashes.
func lookOf(i int) look {
	n, round := len(looks), i/len(looks)
	return look{looks[i%n].color, looks[(i+3*round)%n].mark, looks[(i+5*round)%n].dash}
}

// none is the look of the line without pruning.
var none = look{color.NRGBA{0x30, 0x30, 0x30, 0xff}, diamond{}, []vg.Length{4, 2}}

var (
	band   = color.NRGBA{0xec, 0xec, 0xec, 0xff}
	grid   = color.NRGBA{0xd8, 0xd8, 0xd8, 0xff}
	pareto = color.NRGBA{0xc4, 0xc4, 0xc4, 0xff}
	ink    = color.NRGBA{0x20, 0x20, 0x20, 0xff}
	white  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

const (
	markRadius = vg.Length(2.7)
	thin       = vg.Length(0.6)
	thick      = vg.Length(1.3)
)

var fonts = font.NewCache(liberation.Collection())

// centre lifts a text of size 9 to 9.5 so that its small letters are centred: YCenter
// counts the space below the line too.
const centre = vg.Length(1.2)

// typeset returns the style of a text of the given size.
func typeset(size vg.Length, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{
		Color:   ink,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		XAlign:  x,
		YAlign:  y,
		Handler: text.Plain{Fonts: fonts},
	}
}

// pale and faint mix a colour with white, for what is in the background.
func pale(c color.NRGBA) color.NRGBA  { return mix(c, 55) }
func faint(c color.NRGBA) color.NRGBA { return mix(c, 22) }

func mix(c color.NRGBA, percent int) color.NRGBA {
	part := func(x uint8) uint8 { return uint8(255 - (255-int(x))*percent/100) }
	return color.NRGBA{part(c.R), part(c.G), part(c.B), 0xff}
}

// diamond is a filled square on its corner.
type diamond struct{}

func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, p vg.Point) {
	r := s.Radius * vg.Length(math.Sqrt2) * 0.95
	c.FillPolygon(s.Color, []vg.Point{{X: p.X - r, Y: p.Y}, {X: p.X, Y: p.Y + r}, {X: p.X + r, Y: p.Y}, {X: p.X, Y: p.Y - r}})
}

// drawMark draws a mark with a white rim, which keeps it apart from what it covers.
func (l look) drawMark(c *draw.Canvas, p vg.Point) {
	c.DrawGlyph(draw.GlyphStyle{Color: white, Radius: markRadius + 1, Shape: l.mark}, p)
	c.DrawGlyph(draw.GlyphStyle{Color: l.color, Radius: markRadius, Shape: l.mark}, p)
}

func (l look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.color, Width: thick, Dashes: l.dash}
}
