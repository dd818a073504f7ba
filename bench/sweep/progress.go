package sweep

// progress is how far a record's jobs are, in their weight.
type progress struct {
	report      func(what string, done, of float64)
	total, done float64
	settled     float64 // of jobs that are complete
}

// advance reports that so much more is done.
func (p *progress) advance(what string, weight float64) {
	p.done += weight
	if p.report != nil {
		p.report(what, p.done, max(p.total, p.done))
	}
}

// complete settles a job: whatever was reported on the way, it is done as far as its weight.
func (p *progress) complete(j *Job) {
	p.settled += j.weight()
	p.done = p.settled
}
