package page

// Chart draws series of points in a field. Axes have their range and ticks already.
type Chart struct {
	Title  string
	Note   string // how to read it, a sentence
	X, Y   Axis
	Series []Series
	Guides []Guide
}

// Axis is a direction of the field.
type Axis struct {
	Label     string
	Name      string  // in values that are read, shorter; empty: the label
	Low, High float64 // what the field shows; Low < High
	Ticks     []Tick
	Decimals  int  // of a value that is printed
	Named     bool // the ticks' texts are names: a value is read as that of its tick
}

// Tick is a place of an axis with its number.
type Tick struct {
	At   float64
	Text string
}

// Series is the points of one name, joined by a line in their order. Series of one name look the same in
// all charts of a page, and a toggle shows or hides all of them.
type Series struct {
	Name   string
	Label  string // in the legend; empty: the name
	Base   bool   // what the others are compared with; it has a neutral look
	Across bool   // drawn as a line through the whole field at each point's Y, the interval as a band
	Loose  bool   // points without a line
	Points []Point
}

// Point is a value on both axes.
type Point struct{ X, Y Span }

// Span is a value and its interval; without one both ends are the value.
type Span struct{ Low, Value, High float64 }

// Bounded reports whether there is an interval.
func (s Span) Bounded() bool { return s.Low < s.High }

// Guide is a line behind the points that helps to read them.
type Guide struct {
	Name string
	At   [][2]float64
	Thin bool // a fine line in the colour of text, not a broad pale one
}
