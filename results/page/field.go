package page

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A field is drawn in per cent of its width and height, so that it fits any page without a script and its
// text and marks keep their size.

// drawn is a series with its place in the field.
type drawn struct {
	Series
	look
	Title string // what the legend calls it
	Line  string // the points of a polyline, in a box of 100 x 100
	Bands []band // of a series that goes across
	Marks []mark
}

// mark is a drawn point with its intervals.
type mark struct {
	X, Y                      string
	Left, Right, Lower, Upper string // ends of the intervals, cut at the field's edges
	Wide, High                bool   // whether there is an interval along x, along y
	Tip                       string
}

// band is the interval of a series across.
type band struct{ Y, Top, Height string }

// at returns a value's place on an axis, from 0 to 100.
func (a Axis) at(v float64) float64 { return 100 * (v - a.Low) / (a.High - a.Low) }

// within is at, cut at the field's edges.
func (a Axis) within(v float64) float64 { return min(100, max(0, a.at(v))) }

// sane reports whether something can be drawn on the axis.
func (a Axis) sane() bool { return a.Low < a.High && !math.IsInf(a.High-a.Low, 0) }

// Format writes a value for people.
func (a Axis) Format(v float64) string { return strconv.FormatFloat(v, 'f', a.Decimals, 64) }

// name is what the axis' values are called.
func (a Axis) name() string { return cmp.Or(a.Name, a.Label) }

// Read is a value and its interval as people read it.
func (a Axis) Read(s Span) string {
	for _, t := range a.Ticks {
		if a.Named && t.At == s.Value {
			return t.Text
		}
	}
	text := a.Format(s.Value)
	if s.Bounded() {
		text += " [" + a.Format(s.Low) + ", " + a.Format(s.High) + "]"
	}
	return text
}

func percent(v float64) string { return plain(v) + "%" }

func plain(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	if text = strings.TrimRight(strings.TrimRight(text, "0"), "."); text == "-0" {
		return "0"
	}
	return text
}

// draw places the chart's series in its field.
func (c *Chart) draw(looks map[string]look) (list []drawn) {
	if !c.X.sane() || !c.Y.sane() {
		return nil
	}
	for _, s := range c.Series {
		d := drawn{Series: s, look: looks[s.Name], Title: s.Label}
		if d.Title == "" {
			d.Title = s.Name
		}
		var line []string
		for _, p := range s.Points {
			x, y := c.X.at(p.X.Value), 100-c.Y.at(p.Y.Value)
			if s.Across {
				top := 100 - c.Y.within(p.Y.High)
				d.Bands = append(d.Bands, band{plain(y), plain(top), plain(100 - c.Y.within(p.Y.Low) - top)})
			}
			line = append(line, plain(x)+","+plain(y))
			d.Marks = append(d.Marks, mark{X: percent(x), Y: percent(y),
				Left: percent(c.X.within(p.X.Low)), Right: percent(c.X.within(p.X.High)), Wide: p.X.Bounded(),
				Lower: percent(100 - c.Y.within(p.Y.Low)), Upper: percent(100 - c.Y.within(p.Y.High)), High: p.Y.Bounded() && !s.Across,
				Tip: d.Title + "\n" + c.X.name() + ": " + c.X.Read(p.X) + "\n" + c.Y.name() + ": " + c.Y.Read(p.Y)})
		}
		if !s.Across && !s.Loose && len(line) > 1 {
			d.Line = strings.Join(line, " ")
		}
		list = append(list, d)
	}
	return list
}

// Place and Row return where ticks of x and y are, in per cent of the field.
func (c *Chart) Place(t Tick) string { return percent(c.X.at(t.At)) }
func (c *Chart) Row(t Tick) string   { return percent(100 - c.Y.at(t.At)) }

// Left is the room beside the field for the ticks' texts.
func (c *Chart) Left() string {
	longest := 0
	for _, t := range c.Y.Ticks {
		longest = max(longest, utf8.RuneCountInString(t.Text))
	}
	return plain(min(max(2.6, 0.45*float64(longest)+0.8), 13.5)) + "rem"
}

// Tall is the field's height: more where there are many rows.
func (c *Chart) Tall() string { return plain(max(17, 1.3*float64(len(c.Y.Ticks))+1)) + "rem" }

// Path is a guide as the points of a polyline.
func (c *Chart) Path(g Guide) string {
	var line []string
	for _, p := range g.At {
		line = append(line, plain(c.X.at(p[0]))+","+plain(100-c.Y.at(p[1])))
	}
	return strings.Join(line, " ")
}

// values is the table behind a chart.
func (c *Chart) values() *Table {
	t := &Table{Columns: []Column{{Title: "series"}, {Title: c.X.name(), Numeric: true}, {Title: c.Y.name(), Numeric: true}}}
	for _, s := range c.Series {
		name := s.Label
		if name == "" {
			name = s.Name
		}
		for _, p := range s.Points {
			t.Rows = append(t.Rows, []Cell{{Text: name, Series: s.Name}, {Text: c.X.Read(p.X), Number: &p.X.Value}, {Text: c.Y.Read(p.Y), Number: &p.Y.Value}})
		}
	}
	return t
}

// describe is a chart in a sentence, for those who do not see it.
func (c *Chart) describe() string {
	points, names := 0, []string{}
	for _, s := range c.Series {
		points += len(s.Points)
		names = append(names, s.Name)
	}
	text := c.Title + ": " + c.Y.Label + " against " + c.X.Label + ", " + strconv.Itoa(points) + " points of " + strings.Join(names, ", ")
	return text + ". The table below the chart has all values."
}
