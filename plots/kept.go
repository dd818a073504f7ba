package plots

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ltpbench/results"
)

// Shares is what a point keeps of each example: tokens that leave a layer / the
// example's own, one list per layer.
type Shares struct {
	Point  results.Point
	Layers [][]float64
}

// Kept draws which share of the examples' tokens each point keeps, layer by layer: the mean
// as a line, and the distribution over examples as a violin about it. It is an error if there are no shares.
func Kept(title string, points []Shares) (Figure, error) {
	layers := 0
	var all []series
	for _, p := range points {
		s := series{name: p.Point.Series(), label: labelled(&p.Point)}
		for layer, shares := range p.Layers {
			if len(shares) == 0 {
				return Figure{}, errors.New("a layer has no examples: nothing to draw")
			}
			percent, sum := make([]float64, len(shares)), 0.0
			for i, v := range shares {
				percent[i] = 100 * v
				sum += percent[i]
			}
			mean := sum / float64(len(shares))
			x := float64(layer)
			s.at = append(s.at, at{x: span{x, x, x}, y: span{mean, mean, mean}, spread: percent})
		}
		layers = max(layers, len(p.Layers))
		all = append(all, s)
	}
	if layers == 0 {
		return Figure{}, errors.New("no point has the tokens kept per layer: nothing to draw")
	}
	dress(all)
	spreadOut(all)
	f := Figure{title: title, series: all,
		x: axis{label: "layer", low: -0.5, high: float64(layers) - 0.5},
		y: axis{label: "tokens that leave the layer (% of the text's own): mean and all examples", name: "tokens that leave the layer (% of the text's own)", low: -2, high: 102, shown: 1},
	}
	for layer := range layers {
		f.x.ticks = append(f.x.ticks, float64(layer))
	}
	for part := 0; part <= 100; part += 20 {
		f.y.ticks = append(f.y.ticks, float64(part))
	}
	return f, nil
}

// slots is how many violins stand side by side in a layer.
func slots(all []series) int {
	return max(1, len(slices.DeleteFunc(slices.Clone(all), series.isNone)))
}

// spreadOut moves the series of a layer side by side; none stays in the middle.
func spreadOut(all []series) {
	n, next := float64(slots(all)), 0
	for _, s := range all {
		if s.isNone() {
			continue
		}
		for i := range s.at {
			x := s.at[i].x.value + room*((float64(next)+0.5)/n-0.5)
			s.at[i].x = span{x, x, x}
		}
		next++
	}
}

// room is the part of a layer's width that violins take up.
const room = 0.84

// drawViolins draws the distribution of each point's examples, mirrored about the point.
func (f *field) drawViolins(s series, slots int) {
	for _, p := range s.at {
		if p.spread == nil || slices.Min(p.spread) == slices.Max(p.spread) {
			continue // the mark says it
		}
		half := 0.46 * room / float64(slots) * float64(f.across(1)-f.across(0))
		density, low, step := estimate(p.spread)
		most := slices.Max(density)
		var right, left []vg.Point
		for i, d := range density {
			y := f.height(low + float64(i)*step)
			w := vg.Length(half * d / most)
			right = append(right, vg.Point{X: p.left + w, Y: y})
			left = append([]vg.Point{{X: p.left - w, Y: y}}, left...)
		}
		outline := append(right, left...)
		f.FillPolygon(faint(s.look.color), outline)
		f.StrokeLines(draw.LineStyle{Color: pale(s.look.color), Width: thin}, append(outline, outline[0]))
	}
}

// estimate smooths values from 0 to 100 with a Gaussian kernel of standard deviation 2: the
// density at equal steps from the least value to the greatest and a little beyond, within
// 0 to 100.
func estimate(values []float64) (density []float64, low, step float64) {
	const kernel, points, cells = 2.0, 60, 4 // values are rounded to a quarter first: there may be many
	var counts [100*cells + 1]float64
	for _, v := range values {
		counts[int(math.Round(cells*min(100, max(0, v))))]++
	}
	low = max(0, slices.Min(values)-kernel)
	step = (min(100, slices.Max(values)+kernel) - low) / points
	density = make([]float64, points+1)
	for i := range density {
		for at, n := range counts {
			if n > 0 {
				z := (float64(at)/cells - low - float64(i)*step) / kernel
				density[i] += n * math.Exp(-z*z/2)
			}
		}
	}
	return density, low, step
}
