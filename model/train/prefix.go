package train

import (
	"math"
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/internal/registry"
)

func init() {
	curricula.Register(registry.Entry[Curriculum]{
		Name: "prefix",
		Doc: "curriculum: learns from the first ⌈λ n⌉ of a text's n tokens, λ = min(1, from + (1-from) t/I) in step t, special tokens kept and the longer of a pair shortened first " +
			"(the hard curriculum of Token-wise Curriculum Learning, Liang et al., arXiv 2103.11088; there over the tokens of a translation, from 0.1)",
		Params: []registry.Param{{Key: "from", Doc: "share of a text at the beginning, above 0 and up to 1; default 0.3"}},
		New: func(a registry.Args) (Curriculum, error) {
			from, err := a.Float("from", 0.3, 1e-9, 1)
			if err != nil {
				return nil, err
			}
			o, err := over(a)
			return prefix{from, o}, err
		},
		Examples: []string{"prefix", "prefix:from=0.1,until=1", "prefix:from=0.5,steps=100"},
	})
}

type prefix struct {
	from float64
	over Over
}

// Over implements Curriculum.
func (c prefix) Over() Over { return c.over }

// Cut implements Cutter.
func (c prefix) Cut(p Progress, x Example) Example {
	a, b := x.Lengths[0], x.Lengths[1]
	n := int(math.Ceil((c.from+(1-c.from)*c.over.share(p))*float64(a+b) - 1e-9))
	if n >= a+b {
		return x
	}
	keptA, keptB := ragged.LongestFirst(a, b, n)
	first, second := x.First, x.Second
	remains := func(list []int32) []int32 {
		if len(list) != len(x.IDs) {
			return list // of another vocabulary in which texts have other lengths
		}
		if b > 0 {
			list = slices.Delete(slices.Clone(list), second+keptB, second+b)
		} else {
			list = slices.Clone(list)
		}
		return slices.Delete(list, first+keptA, first+a)
	}
	segments, teacher := remains(x.Segments), remains(x.TeacherIDs)
	x.IDs, x.Segments, x.TeacherIDs = remains(x.IDs), segments, teacher
	if second > 0 {
		x.Second -= a - keptA
	}
	x.Lengths = [2]int{keptA, keptB}
	return x
}
