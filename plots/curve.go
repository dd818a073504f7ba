package plots

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"ltpbench/internal/printable"
	"ltpbench/results"
)

// Size of the curve's field in characters, and the marks of its series, distinct without
// colour, in any font and terminal.
const (
	curveWidth  = 64
	curveHeight = 16
	curveMarks  = "ox+*#%&$"
)

// curveColors are the foreground colours of the marks, in their order.
var curveColors = []int{34, 31, 32, 35, 36, 33, 94, 91}

// Curve draws the points for a terminal, y against x, both units; each method is a series
// with a mark, and none is a dotted line across. Color is for terminals only. Points that
// lack one of the units, or have a value that cannot be drawn, are left out. It draws
// nothing when no point is left.
func Curve(w io.Writer, points []results.Point, x, y string, color bool) error {
	points = slices.DeleteFunc(slices.Clone(points), func(p results.Point) bool {
		vx, okX := p.Value(x)
		vy, okY := p.Value(y)
		return !okX || !okY || !drawable(vx) || !drawable(vy)
	})
	if len(points) == 0 {
		return nil
	}
	slices.SortStableFunc(points, func(a, b results.Point) int {
		return compareNames(a.Series(), b.Series())
	})
	xs, ys := newRuler(points, x), newRuler(points, y)
	field := make([][]rune, curveHeight+1)
	for i := range field {
		field[i] = []rune(strings.Repeat(" ", curveWidth+1))
	}
	var methods []string
	colors := make(map[rune]int)
	legend := ""
	for _, p := range points {
		method := printable.String(p.Series())
		vx, _ := p.Value(x)
		vy, _ := p.Value(y)
		column, row := xs.cell(vx, curveWidth), curveHeight-ys.cell(vy, curveHeight)
		if method == results.MethodNone {
			for i := range field[row] {
				field[row][i] = '.'
			}
		}
		mark := '='
		if method != results.MethodNone {
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

func writeCurve(w io.Writer, field [][]rune, xs, ys ruler, legend string, paint func(rune) string) error {
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
		copy(labels[max(0, margin+2+at-len(text)/2):], text)
	}
	fmt.Fprintf(&b, "%*s └%s\n%s\n", margin, "", string(rule), strings.TrimRight(string(labels), " "))
	fmt.Fprintf(&b, "%*s\n%*s%s\n", margin+2+curveWidth+1, xs.label, margin-1, "", legend)
	_, err := io.WriteString(w, b.String())
	return err
}

// ruler is an axis of a curve: a range of values that ends at ticks.
type ruler struct {
	low, high float64
	ticks     []float64
	label     string
	format    func(float64) string
}

// newRuler spans the points' values of a unit.
func newRuler(points []results.Point, unit string) ruler {
	u := results.UnitOf(unit)
	r := ruler{low: math.Inf(1), high: math.Inf(-1), label: printable.String(u.Label)}
	for _, p := range points {
		v, _ := p.Value(unit)
		r.low, r.high = min(r.low, v), max(r.high, v)
	}
	low, high := spread(r.low, r.high)
	ticks, decimals := ticks(u.Shown(low), u.Shown(high), 8)
	for _, t := range ticks {
		r.ticks = append(r.ticks, t/u.Shown(1))
	}
	r.low, r.high = r.ticks[0], r.ticks[len(r.ticks)-1]
	r.format = func(v float64) string { return strings.TrimSpace(number(u.Shown(v), decimals) + " " + u.Symbol) }
	return r
}

// cell returns which of n+1 cells holds v.
func (r ruler) cell(v float64, n int) int {
	return int(math.Round((v - r.low) / (r.high - r.low) * float64(n)))
}
