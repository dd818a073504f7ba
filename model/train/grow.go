package train

import (
	"math"

	"ltpbench/internal/registry"
)

func init() {
	curricula.Register(registry.Entry[Curriculum]{
		Name: "grow",
		Doc: "curriculum: rules that drop tokens begin by dropping few and grow to what they are: rates are moved from 1, thresholds from 0 " +
			"(ours, after Token-wise Curriculum Learning, Liang et al., arXiv 2103.11088; without steering towards a budget)",
		Params: []registry.Param{
			{Key: "from", Doc: "share of what the rule drops that is spared at the beginning, 0 to 1; default 1: all of it"},
			{Key: "to", Doc: "the same at the end; target, the default, is 0: the rule as it is"},
			{Key: "shape", Doc: "linear (default) or cosine: slow at both ends"},
		},
		New: func(a registry.Args) (Curriculum, error) {
			c := grow{}
			var err error
			if c.from, err = a.Float("from", 1, 0, 1); err != nil {
				return nil, err
			}
			if a.Text("to", target) != target {
				if c.to, err = a.Float("to", 0, 0, 1); err != nil {
					return nil, err
				}
			}
			shape, err := a.Choice("shape", "linear", "cosine")
			if err != nil {
				return nil, err
			}
			c.cosine = shape == "cosine"
			c.over, err = over(a)
			return c, err
		},
		Examples: []string{"grow", "grow:from=1,to=target,shape=linear", "grow:from=0.5,shape=cosine,until=0.8"},
	})
}

// target is the value of to= that stands for the rule as it is.
const target = "target"

type grow struct {
	from, to float64
	cosine   bool
	over     Over
}

// Over implements Curriculum.
func (c grow) Over() Over { return c.over }

// Grown implements Grower.
func (c grow) Grown(p Progress) float64 {
	s := c.over.share(p)
	if c.cosine {
		s = (1 - math.Cos(math.Pi*s)) / 2
	}
	return 1 - (c.from + (c.to-c.from)*s)
}
