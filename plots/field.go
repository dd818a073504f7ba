package plots

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// field is where the points are.
type field struct {
	draw.Canvas
	x, y axis
}

// place sets each point's position on the page. Points whose intervals would cover each
// other are moved apart sideways by a millimetre or two (apart 0: none is moved); the
// record has the exact values. Unpruned points stay in place.
func (f *field) place(all []series, apart vg.Length) {
	var points []*at
	for _, s := range all {
		for i := range s.at {
			s.at[i].left = f.across(s.at[i].x.value)
			if !s.isNone() && s.at[i].spread == nil {
				points = append(points, &s.at[i])
			}
		}
	}
	slices.SortStableFunc(points, func(a, b *at) int { return cmp.Compare(a.left, b.left) })
	for begin := 0; begin < len(points); {
		end, sum := begin+1, points[begin].left
		for end < len(points) && points[end].left-points[end-1].left < apart {
			sum += points[end].left
			end++
		}
		n := vg.Length(end - begin)
		for i, p := range points[begin:end] {
			if n > 1 {
				moved := sum/n + apart*(vg.Length(i)-(n-1)/2)
				p.left, p.shift = moved, moved-p.left
			}
		}
		begin = end
	}
}
