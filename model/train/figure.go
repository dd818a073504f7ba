package train

// Figure is a number that an objective reports of a whole stage.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// Accounting is an objective that reports figures of a stage.
type Accounting interface {
	Objective
	// Figures are what the sums of all steps (see Step.Sums) amount to.
	Figures(f Fit, sums []float64) []Figure
}

// Sums returns the n numbers that the objective adds up over the steps of a stage; they
// begin at 0 and are resumed with it.
func (s *Step) Sums(n int) []float64 {
	if sums := &s.p.sums[s.term]; len(*sums) != n {
		*sums = make([]float64, n)
	}
	return s.p.sums[s.term]
}

// Figures are those of all objectives, of the steps taken so far.
func (t *Trainer) Figures() (list []Figure) {
	for _, p := range t.passes {
		for i, term := range p.Terms {
			if a, ok := term.Objective.(Accounting); ok && p.sums[i] != nil {
				list = append(list, a.Figures(p.fit, p.sums[i])...)
			}
		}
	}
	return list
}

// sums are those of all objectives.
func (t *Trainer) sums() (list [][]float64) {
	for _, p := range t.passes {
		list = append(list, p.sums...)
	}
	return list
}
