package results

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Size of the curve's field in characters, and the marks of its series: told apart
// without colour, in any font and any terminal.
const (
	curveWidth  = 64
	curveHeight = 16
	curveMarks  = "ox+*#%&$"
)

// curveColors are the foreground colours of the marks, in their order.
var curveColors = []int{34, 31, 32, 35, 36, 33, 94, 91}

// Curve draws the points for a terminal, y against x, both units; each method is a
// series with a mark of its own, and none is a dotted line across. Color is for
// terminals only. Points that lack one of the units are left out. It draws nothing
// when none has both.
func Curve(w io.Writer, points []Point, x, y string, color bool) error {
	points = slices.DeleteFunc(slices.Clone(points), func(p Point) bool {
		_, okX := p.Value(x)
		_, okY := p.Value(y)
		return !okX || !okY
	})
	if len(points) == 0 {
		return nil
	}
	slices.SortStableFunc(points, func(a, b Point) int {
		return compareMethods(a.Series(), b.Series())
	})
	xs, ys := newAxis(points, x), newAxis(points, y)
	field := make([][]rune, curveHeight+1)
	for i := range field {
		field[i] = []rune(strings.Repeat(" ", curveWidth+1))
	}
	var methods []string
	colors := make(map[rune]int)
	legend := ""
	for _, p := range points {
		method := p.Series()
		vx, _ := p.Value(x)
		vy, _ := p.Value(y)
		column, row := xs.cell(vx, curveWidth), curveHeight-ys.cell(vy, curveHeight)
		if method == MethodNone {
			for i := range field[row] {
				field[row][i] = '.'
			}
		}
		mark := '='
		if method != MethodNone {
			if !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
			i := slices.Index(methods, method) % len(curveMarks)
			mark = rune(curveMarks[i])
			colors[mark] = curveColors[i]
		}
		if item := fmt.Sprintf("   %c %s", mark, method); !strings.Contains(legend+" ", item+" ") {
			legend += item
		}
		if old := field[row][column]; old != ' ' && old != '.' && old != mark {
			mark = '@'
		}
		field[row][column] = mark
	}
	if slices.ContainsFunc(field, func(row []rune) bool { return slices.Contains(row, '@') }) {
		legend += "   @ several"
	}
	return writeCurve(w, field, xs, ys, legend, func(mark rune) string {
		if c, ok := colors[mark]; ok && color {
			return fmt.Sprintf("\x1b[%dm%c\x1b[0m", c, mark)
		}
		return string(mark)
	})
}

func writeCurve(w io.Writer, field [][]rune, xs, ys axis, legend string, paint func(rune) string) error {
	const margin = 7
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", ys.label)
	for i, row := range field {
		label, edge := "", "│"
		for _, t := range ys.ticks {
			if curveHeight-ys.cell(t, curveHeight) == i {
				label, edge = ys.format(t), "┤"
			}
		}
		line := ""
		for _, r := range strings.TrimRight(string(row), " ") {
			line += paint(r)
		}
		fmt.Fprintf(&b, "%*s %s%s\n", margin, label, edge, line)
	}
	rule := []rune(strings.Repeat("─", curveWidth+1))
	labels := []rune(strings.Repeat(" ", margin+2+curveWidth+margin))
	for _, t := range xs.ticks {
		at := xs.cell(t, curveWidth)
		rule[at] = '┬'
		text := []rune(xs.format(t))
		copy(labels[margin+2+at-len(text)/2:], text)
	}
	fmt.Fprintf(&b, "%*s └%s\n%s\n", margin, "", string(rule), strings.TrimRight(string(labels), " "))
	fmt.Fprintf(&b, "%*s\n%*s%s\n", margin+2+curveWidth+1, xs.label, margin-1, "", legend)
	_, err := io.WriteString(w, b.String())
	return err
}

// axis is a range of values, its ticks at round numbers.
type axis struct {
	low, high float64
	ticks     []float64
	label     string
	format    func(float64) string
}

// newAxis spans the points' values of a unit, ends at ticks.
func newAxis(points []Point, unit string) axis {
	a := axis{low: math.Inf(1), high: math.Inf(-1), label: Label(unit)}
	for _, p := range points {
		v, _ := p.Value(unit)
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
	a.low, a.high = Spread(a.low, a.high)
	var decimals int
	a.ticks, decimals = Ticks(a.low, a.high, 8)
	a.low, a.high = a.ticks[0], a.ticks[len(a.ticks)-1]
	a.format = func(v float64) string { return fmt.Sprintf("%.*f", decimals, v) }
	if percent(unit) {
		a.format = func(v float64) string { return fmt.Sprintf("%.*f %%", max(0, decimals-2), 100*v) }
	}
	return a
}

// cell returns which of n+1 cells holds v.
func (a axis) cell(v float64, n int) int {
	return int(math.Round((v - a.low) / (a.high - a.low) * float64(n)))
}
