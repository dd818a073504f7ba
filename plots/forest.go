package plots

import (
	"errors"

	"gonum.org/v1/plot/vg/draw"
)

// Effect is a row of a forest plot: what one run found, or the mean of those above it.
type Effect struct {
	Name             string
	Low, Value, High float64
	Mean             bool
}

// longestName is how many characters of an effect's name are drawn.
const longestName = 28

// Forest draws effects below each other, each with its interval, about a line where there is none. Label is that of the
// axis. It is an error if there are none.
func Forest(title, label string, effects []Effect) (Figure, error) {
	if len(effects) == 0 {
		return Figure{}, errors.New("there are no differences: nothing to draw")
	}
	n := float64(len(effects))
	f := Figure{title: title, still: true, loose: true, x: axis{label: label, name: "difference", shown: 1}, y: axis{name: "of", low: -0.7, high: n - 0.3}}
	runs, means := series{name: "run"}, series{name: "mean"}
	for i, e := range effects {
		y := n - 1 - float64(i)
		name := []rune(e.Name)
		if len(name) > longestName {
			name = append(name[:longestName-1], '…')
		}
		f.y.ticks, f.y.names = append(f.y.ticks, y), append(f.y.names, string(name))
		to := &runs
		if e.Mean {
			to = &means
		}
		if !drawable(e.Low) || !drawable(e.Value) || !drawable(e.High) {
			return f, errors.New(e.Name + ": its interval cannot be drawn")
		}
		to.at = append(to.at, at{x: span{e.Low, e.Value, e.High}, y: span{y, y, y}})
	}
	for _, s := range []series{runs, means} {
		if s.at != nil {
			f.series = append(f.series, s)
		}
	}
	dress(f.series)
	x, _ := bounds(f.series)
	f.x.fit(min(x.low, 0), max(x.high, 0), 7)
	f.guides = []guide{{"no difference", draw.LineStyle{Color: ink, Width: diagonal.Width}, [][2]float64{{0, f.y.low}, {0, f.y.high}}}}
	return f, nil
}
