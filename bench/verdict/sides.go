package verdict

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/pruners"
)

// side is a method with those it is compared with, all made the same way.
type side struct {
	method *method
	rivals []*method
}

// sides lists what is compared: what the record's configuration names (see results.KeyCompare), by default each
// headline method with every method that is none, where all are fine-tuned for their points or none is. What
// has nothing to be compared with is named in v.Left.
func (v *Verdict) sides(named string, methods []*method) (list []side) {
	pairs := defaults(methods)
	if named != "" {
		pairs = nil
		for _, text := range strings.Split(named, ";") {
			if names := strings.Fields(text); len(names) > 0 {
				pairs = append(pairs, pair{names[0], names[1:]})
			}
		}
	}
	for _, p := range pairs {
		found := false
		for _, m := range methods {
			if m.name != p.method {
				continue
			}
			found = true
			s := side{method: m}
			for _, o := range methods {
				if o.tuned == m.tuned && slices.Contains(p.rivals, o.name) {
					s.rivals = append(s.rivals, o)
				}
			}
			if len(s.rivals) == 0 {
				v.Left = append(v.Left, m.String()+": no point of another method made the same way")
			}
			list = append(list, s)
		}
		if !found {
			v.Left = append(v.Left, fmt.Sprintf("%s: no point, though the plan compares it", p.method))
		}
	}
	return list
}

// pair names a method and its rivals.
type pair struct {
	method string
	rivals []string
}

func defaults(methods []*method) (list []pair) {
	var headline, others []string
	for _, m := range methods {
		names := &others
		if pruners.Headline(m.name) {
			names = &headline
		}
		if !slices.Contains(*names, m.name) {
			*names = append(*names, m.name)
		}
	}
	for _, name := range headline {
		list = append(list, pair{name, others})
	}
	return list
}
