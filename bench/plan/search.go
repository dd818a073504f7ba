package plan

import (
	"ltpbench/bench/search"
	"ltpbench/internal/settings"
	"ltpbench/pruners"
)

// Search is how methods whose knob is a rate for each layer, such as topk:rates, are brought to
// their budgets: [search].
type Search struct {
	search.Settings
	FirstSeed bool     `toml:"first-seed" json:"-" comment:"Search with the first seed's weights alone, and use what is found with all seeds."`
	Fronts    []string `toml:"fronts" json:"-" comment:"Files front.json of earlier searches, one for a method at most, which is then not searched again."`
}

func defaultSearch() Search {
	var s Search
	settings.Defaults(&s)
	s.Fronts = []string{}
	return s
}

// Searches returns how the plan searches; the default where it does not say.
func (p Plan) Searches() Search {
	if p.Search != nil {
		return *p.Search
	}
	return defaultSearch()
}

// Searched is what a search can choose of a method whose budget sets that; nil for others.
func (m Method) Searched() *pruners.Search {
	if !m.Budgeted {
		return nil
	}
	return pruners.SearchOf(m.rule)
}

// searched reports whether a method of the plan is searched.
func (p Plan) searched() bool {
	for _, text := range p.Methods {
		if m, err := ParseMethod(text); err == nil && m.Searched() != nil {
			return true
		}
	}
	return false
}
