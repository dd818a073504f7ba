package train

import (
	"math"

	"ltpbench/internal/registry"
)

func init() {
	schedules.Register(registry.Entry[Schedule]{
		Name: "cosine", Doc: "a linear rise over the warm-up, then half a cosine from 1 to 0 (Loshchilov and Hutter, arXiv 1608.03983, without restarts)",
		Params: []registry.Param{warmupParam},
		New: func(a registry.Args) (Schedule, error) {
			share, err := warmupShare(a)
			return Cosine{share}, err
		},
		Examples: []string{"cosine"},
	})
}

// Cosine rises over the warm-up, a share of the steps, and then falls like half a cosine.
type Cosine struct{ Warmup float64 }

// At implements Schedule.
func (c Cosine) At(p Progress) float64 {
	n := warmup(c.Warmup, p)
	if x, ok := rising(p, n); ok {
		return x
	}
	return (1 + math.Cos(math.Pi*float64(p.Step-n)/float64(max(1, p.Steps-n)))) / 2
}
