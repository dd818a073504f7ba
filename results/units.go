package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Names of the standard units. Every number of a record that tables and plots read has
// one of these; Units describes each.
//
// A unit u may come with its 95 % interval, u + "-low" and u + "-high".
const (
	Accuracy = "accuracy"
	F1       = "f1"
	MicroF1  = "micro-f1"
	MacroF1  = "macro-f1"
	Matthews = "matthews"
	Pearson  = "pearson"
	Spearman = "spearman"

	PaperFLOPs    = "paper-FLOPs/example"
	PaperRatio    = "paper-ratio"
	ExecutedFLOPs = "executed-FLOPs/example"
	ExecutedRatio = "executed-ratio"
	PaddedFLOPs   = "padded-FLOPs/example"
	PaddedRatio   = "padded-ratio"
	SelectOps     = "select-ops/example"
	KeptTokens    = "kept-tokens/example"
	Tokens        = "tokens/example"

	TokensPerSecond = "tok/s"
	SecondsPerOp    = "sec/op"
	Speedup         = "speedup"
	Efficiency      = "efficiency"
	P50Seconds      = "p50-sec"
	P95Seconds      = "p95-sec"
	P99Seconds      = "p99-sec"
	PeakBytes       = "peak-bytes"
	WarmUpPasses    = "warm-up-passes"
	WarmUpChange    = "warm-up-change"
	ClockMHz        = "sm-MHz"
	MemoryMHz       = "memory-MHz"
	Watts           = "watts"
	Celsius         = "celsius"
)

// Unit describes a unit: all that tables, plots, verdicts and records need to know of it.
type Unit struct {
	Name   string
	Label  string    // for an axis, without the symbol
	Title  string    // heading of a table's column, at most two lines; "": name and symbol
	Better Direction // which values are better
	// Counted units are the same on every repeat; the others are timed. benchstat shows
	// counted values without a range, and Rows refuses repeats that differ.
	Counted bool
	Score   bool // a metric of predictions: a task may be scored by it
	// Low and High are the least and the greatest possible value; both 0: any value.
	Low, High float64
	// Scale turns a recorded value into the one that is shown, followed by Symbol; 0
	// stands for 1. Decimals is the number of decimals in a table.
	Scale    float64
	Symbol   string
	Decimals int
	Doc      string // meaning and formula
}

// Direction is which values of a unit are better.
type Direction int

// Directions.
const (
	Lower  Direction = -1
	Higher Direction = +1
)

// String returns the direction as benchfmt writes it.
func (d Direction) String() string {
	switch d {
	case Lower:
		return "lower"
	case Higher:
		return "higher"
	}
	return ""
}

// Shown returns a recorded value as it is shown, before its symbol.
func (u Unit) Shown(v float64) float64 {
	if u.Scale == 0 {
		return v
	}
	return u.Scale * v
}

// Format writes a recorded value for a table, without the symbol.
func (u Unit) Format(v float64) string { return fmt.Sprintf("%.*f", u.Decimals, u.Shown(v)) }

// Clamp limits a value, an end of an interval say, to the unit's range.
func (u Unit) Clamp(v float64) float64 {
	if u.Low == u.High {
		return v
	}
	return min(max(v, u.Low), u.High)
}

// Units returns the registered units in the order of the documentation. The slice
// belongs to the caller.
func Units() []Unit { return slices.Clone(units) }

// RegisterUnit adds a unit. It is called from init functions, and panics if the name is
// taken, is not one word, or ends like the end of an interval.
func RegisterUnit(u Unit) {
	if _, ok := unitNamed(u.Name); ok || !goodUnit(u.Name) || EndOf(u.Name) != "" {
		panic("results: unit " + u.Name + " is registered twice or has an unusable name")
	}
	units = append(units, u)
}

// UnitOf returns the unit of that name. An unregistered unit is shown by its name, with
// three decimals.
func UnitOf(name string) Unit {
	if u, ok := unitNamed(name); ok && u.Name == name {
		return u
	}
	return Unit{Name: name, Label: name, Decimals: 3}
}

// unitNamed returns the registered unit of that name; of an interval's end, the
// unit it is the end of.
func unitNamed(name string) (Unit, bool) {
	for _, u := range units {
		if u.Name == name || u.Name == EndOf(name) {
			return u, true
		}
	}
	if _, _, ok := LearnedAs(name); ok {
		return Unit{Name: name, Label: name, Counted: true, Decimals: 4}, true
	}
	if own, ok := strings.CutPrefix(name, ReferencePrefix); ok {
		u, ok := unitNamed(own)
		u.Name, u.Label = ReferencePrefix+u.Name, u.Label+" of the masked emulation"
		return u, ok
	}
	return Unit{}, false
}

// ReferencePrefix begins the units of what the masked emulation of the published program gives, in place of the encoder.
const ReferencePrefix = "reference-"

// learnedPrefix begins the units of what a rule has learned for each layer.
const learnedPrefix = "learned-"

// Learned returns the unit of what a rule has learned for a layer, from 0, under a name such as theta: "learned-theta-3".
func Learned(name string, layer int) string {
	return fmt.Sprintf("%s%s-%d", learnedPrefix, name, layer)
}

// LearnedAs returns the parts of such a unit; false for others.
func LearnedAs(unit string) (name string, layer int, ok bool) {
	rest, ok := strings.CutPrefix(unit, learnedPrefix)
	at := strings.LastIndex(rest, "-")
	if !ok || at < 1 {
		return "", 0, false
	}
	layer, err := strconv.Atoi(rest[at+1:])
	return rest[:at], layer, err == nil && layer >= 0
}

// EndOf returns the unit whose interval ends with values of this unit: accuracy for
// accuracy-low and accuracy-high, "" for others.
func EndOf(name string) string {
	for _, end := range []string{"-low", "-high"} {
		if unit, ok := strings.CutSuffix(name, end); ok {
			return unit
		}
	}
	return ""
}

// Metric returns the first score that the points carry: the task's own, which a record
// lists first. Accuracy if they carry none.
func Metric(points []Point) string {
	for _, p := range points {
		for _, v := range p.Values {
			if UnitOf(v.Unit).Score {
				return v.Unit
			}
		}
	}
	return Accuracy
}

var inf = math.Inf(1)
