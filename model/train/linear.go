package train

import "ltpbench/internal/registry"

func init() {
	schedules.Register(registry.Entry[Schedule]{
		Name: "linear", Doc: "a linear rise over the warm-up, then a linear fall towards 0, as BERT was fine-tuned (Devlin et al., arXiv 1810.04805)",
		Params: []registry.Param{warmupParam},
		New: func(a registry.Args) (Schedule, error) {
			share, err := warmupShare(a)
			return Linear{share}, err
		},
		Examples: []string{"linear", "linear:warmup=0", "linear:delay=0.25"},
	})
}

// Linear rises over the warm-up, a share of the steps, and then falls towards 0.
type Linear struct{ Warmup float64 }

// At implements Schedule.
func (l Linear) At(p Progress) float64 {
	n := warmup(l.Warmup, p)
	if x, ok := rising(p, n); ok {
		return x
	}
	return float64(p.Steps-p.Step) / float64(max(1, p.Steps-n))
}
