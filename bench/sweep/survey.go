package sweep

import (
	"context"
	"slices"
	"time"

	"ltpbench/bench/plan"
)

// Forecast is what one record of a plan would be and take. Times come from a probe of
// a few seconds on this machine, as it is now.
type Forecast struct {
	Model, Task, Device string
	Examples            int
	Found               []string // how the text was read
	Unreachable         []string // cells that are left out, and why
	Nearest             []string // cells that are measured at the setting nearest to their budget, and why
	Jobs                []Estimate
	Training            time.Duration // Base and Train
	Measuring           time.Duration // Search, Fit and Evaluate
	Timing              time.Duration
	Disk                int64 // bytes that weights, states and predictions take
	Memory              int64 // bytes at most, roughly
}

// Estimate is a job and how long it takes.
type Estimate struct {
	*Job
	Done  bool // weights and rule are in the store
	Takes time.Duration
}

// perPrediction is about how many bytes a line of predictions takes.
const perPrediction = 300

// Survey sums what a plan would do, without doing it: it reads every model and text, so that
// what is wrong is found now. Cells is the folder where weights that were made before may lie; it
// need not exist.
func Survey(ctx context.Context, p plan.Plan, cells string) ([]Forecast, error) {
	var list []Forecast
	err := each(&p, "", cells, func(w *worker) error {
		f, err := w.survey(ctx)
		list = append(list, f)
		return err
	})
	return list, err
}

// Jobs lists the jobs of all of a plan's records, in an order in which each comes after what it needs.
func Jobs(p plan.Plan) ([]*Job, error) {
	var list []*Job
	err := each(&p, "", "", func(w *worker) error {
		list = append(list, w.jobs...)
		return nil
	})
	return list, err
}

// each calls f for every record of a plan.
func each(p *plan.Plan, run, cells string, f func(w *worker) error) error {
	if err := p.Check(); err != nil {
		return err
	}
	for _, x := range parts(p) {
		w, err := newWorker(p, x, nil, run, cells)
		if err != nil {
			return err
		}
		err = f(w)
		w.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) survey(ctx context.Context) (Forecast, error) {
	s := w.subject
	f := Forecast{Model: s.name, Task: s.corpus.task.Name, Device: w.part.device, Examples: len(s.measured), Found: s.corpus.found, Unreachable: w.unreachable, Nearest: w.nearest}
	trains := slices.ContainsFunc(w.jobs, func(j *Job) bool { return j.trains() })
	speed, err := w.probe(ctx, trains)
	if err != nil {
		return f, err
	}
	whole := int64(0)
	for _, t := range s.weights.Tensors {
		whole += 4 * int64(len(t.Data))
	}
	for _, j := range w.jobs {
		e := Estimate{Job: j, Done: !j.recorded() && w.done(j)}
		if !e.Done {
			e.Takes = speed.takes(j)
		}
		switch j.Kind {
		case Base, Train:
			f.Training += e.Takes
			if !e.Done {
				f.Disk += whole
			}
		case Search, Fit, Evaluate:
			f.Measuring += e.Takes
		case Time:
			f.Timing += e.Takes
		}
		if j.Kind == Evaluate {
			f.Disk += int64(len(s.measured)) * perPrediction
		}
		f.Jobs = append(f.Jobs, e)
	}
	f.Memory = int64(len(w.cells))*whole + 2*whole
	if trains {
		f.Disk += 3 * whole // the state of a training: weights and two moments
		f.Memory = max(f.Memory, 8*whole)
	}
	return f, nil
}
