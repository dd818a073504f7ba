package train

import "ltpbench/internal/registry"

func init() {
	schedules.Register(registry.Entry[Schedule]{
		Name: "constant", Doc: "a linear rise over the warm-up, then 1",
		Params: []registry.Param{warmupParam},
		New: func(a registry.Args) (Schedule, error) {
			share, err := warmupShare(a)
			return Constant{share}, err
		},
		Examples: []string{"constant:warmup=0"},
	})
}

// Constant rises over the warm-up, a share of the steps, and then is 1.
type Constant struct{ Warmup float64 }

// At implements Schedule.
func (c Constant) At(p Progress) float64 {
	if x, ok := rising(p, warmup(c.Warmup, p)); ok {
		return x
	}
	return 1
}
