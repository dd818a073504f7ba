package sweep

import "time"

// Progress is how far a record's jobs are, or one job. Work is counted in tokens of a forward pass, of what was
// lacking when this process began.
type Progress struct {
	What     string        // under way, or what has just been completed
	Complete *Job          // the job that has just been completed, if one was
	Part     string        // the record's folder below the run's; "." where there is one record alone
	Done, Of float64       // work
	Jobs     int           // that are complete, in all those of the record
	OfJobs   int           // jobs of the record
	Elapsed  time.Duration // since this process began with the record
}

// Left is how long the rest takes at the pace so far; false if nothing is done yet.
func (p Progress) Left() (time.Duration, bool) {
	if p.Done <= 0 || p.Elapsed <= 0 {
		return 0, false
	}
	return time.Duration(float64(p.Elapsed) * max(0, p.Of-p.Done) / p.Done), true
}

// progress sums up how far a record's jobs are, in their weight.
type progress struct {
	report  func(Progress)
	now     func() time.Time
	begin   time.Time
	settled float64 // of jobs that are complete
	state   Progress
}

func newProgress(part string, report func(Progress)) *progress {
	if report == nil {
		report = func(Progress) {}
	}
	return &progress{report: report, now: time.Now, begin: time.Now(), state: Progress{Part: part}}
}

// lacks adds a job that is still to be done.
func (p *progress) lacks(j *Job) { p.state.Of += j.weight() }

// advance reports that so much more is done.
func (p *progress) advance(what string, weight float64) {
	p.state.What, p.state.Done = what, p.state.Done+weight
	p.tell(nil)
}

// complete settles a job: whatever was reported on the way, it is done as far as its weight.
func (p *progress) complete(j *Job) {
	p.settled += j.weight()
	p.state.Jobs++
	p.state.What, p.state.Done = j.Name, p.settled
	p.tell(j)
}

func (p *progress) tell(complete *Job) {
	s := p.state
	s.Complete, s.Of, s.Elapsed = complete, max(s.Of, s.Done), p.now().Sub(p.begin)
	p.report(s)
}
