package results

import "math"

// PredictionsOf returns the predictions of points: of one, or of all its seeds.
func (r *Run) PredictionsOf(points []Point) []Prediction {
	if r.byPoint == nil {
		r.byPoint = make(map[string][]Prediction)
		for _, p := range r.Predictions {
			r.byPoint[p.Point] = append(r.byPoint[p.Point], p)
		}
	}
	var out []Prediction
	for i := range points {
		if name, err := points[i].FullName(); err == nil {
			out = append(out, r.byPoint[name]...)
		}
	}
	return out
}

// KeptShares returns, for each layer, the share of its tokens that each example keeps:
// tokens that leave the layer / tokens of the example. Predictions without counts are
// left out.
func KeptShares(predictions []Prediction) [][]float64 {
	var layers [][]float64
	for _, p := range predictions {
		if p.Tokens < 1 {
			continue
		}
		for layer, kept := range p.Kept {
			if layer == len(layers) {
				layers = append(layers, nil)
			}
			layers[layer] = append(layers[layer], float64(kept)/float64(p.Tokens))
		}
	}
	return layers
}

// Nearest returns, of each series, the row whose relative paper FLOPs are nearest to at,
// the unpruned one included.
func Nearest(rows []Point, at float64) []Point {
	var out []Point
	distance := func(p *Point) float64 {
		v, ok := p.Value(PaperRatio)
		if !ok {
			return math.Inf(1)
		}
		return math.Abs(v - at)
	}
	best := make(map[string]int)
	for i := range rows {
		p := &rows[i]
		j, ok := best[p.Series()]
		if !ok {
			best[p.Series()] = len(out)
			out = append(out, *p)
		} else if distance(p) < distance(&out[j]) {
			out[j] = *p
		}
	}
	return out
}
