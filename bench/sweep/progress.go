package sweep

// progress is how far a record's jobs are, in their weight.
type progress struct {
	report      func(what string, done, of float64)
	total, done float64
}

// advance reports that so much more is done.
func (p *progress) advance(what string, weight float64) {
	p.done += weight
	if p.report != nil {
		p.report(what, p.done, max(p.total, p.done))
	}
}
