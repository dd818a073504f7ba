package pruners

// Searched is a rule that a rate for each layer determines, so that a search over rates can
// choose it (LAT, arXiv 2010.07003). Its entry has a Search.
type Searched interface {
	Pruner
	// WithRates returns the rule with these rates; ok is false for a rule whose knob is another.
	WithRates(r Rates) (p Pruner, ok bool)
}

// WithRates gives a Searched rule the rates that a search has found; ok is false for one that is none.
func WithRates(p Pruner, r Rates) (q Pruner, ok bool) {
	_, some := rewrap(p, func(s Searched) Pruner {
		q, ok = s.WithRates(r)
		return s
	})
	if !some || !ok {
		return nil, false
	}
	inner := q
	return rewrap(p, func(Searched) Pruner { return inner })
}

// SearchOf returns what a search can choose of a rule; nil where its knob is another.
func SearchOf(p Pruner) *Search {
	if _, ok := WithRates(p, Rates{1}); !ok {
		return nil
	}
	return RuleOf(p).Search
}

// Trained returns the rule that weights are trained with for p where a budget sets p's knob: p
// itself, or another one that serves all of its settings, reading the same score.
func Trained(p Pruner) Pruner {
	search := SearchOf(p)
	if search == nil {
		return p
	}
	q, err := Parse(search.Training)
	if source, given := p.Spec().value(sourceParam.Key); given && err == nil {
		q, err = Parse(q.Spec().with(sourceParam.Key, source).String())
	}
	if err != nil {
		panic("pruners: a rule to train with that there is none of: " + err.Error())
	}
	return q
}
