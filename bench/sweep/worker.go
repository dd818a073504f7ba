package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/results"
)

// worker does the jobs of one record in this process.
type worker struct {
	plan        *plan.Plan
	part        part
	subject     *subject
	device      hw.Device
	store       recipe.Store
	run, dir    string        // the folders of the run and the record
	about       []results.Key // of the program, for the record
	cells       []*cell
	unreachable []string // cells that are left out, and why
	nearest     []string // cells that are measured at the setting nearest to their budget
	jobs        []*Job
	bases       map[uint64]*Job              // by seed, where the model has no head
	searches    map[string]string            // key of the first seed's search, by method and whether it is fine-tuned
	weights     map[string]*model.Checkpoint // bases that were loaded, by key
	teacherIn   *recipe.Input                // holds the teacher that the plan names, once it is loaded
	teacherHash string

	say func(format string, args ...any)
	// advance is notified of so much work, as Job.weight counts it.
	advance func(what string, weight float64)
}

// newWorker opens a part's device and lists its jobs; the subject is read if it is nil. Made
// weights lie in the folder cells, the record in a folder of run.
func newWorker(p *plan.Plan, x part, s *subject, run, cells string) (*worker, error) {
	device, err := hw.Open(x.device, hw.Options{Threads: p.Threads})
	if err != nil {
		return nil, err
	}
	if s == nil {
		if s, err = newSubject(p, x.model, x.data); err != nil {
			device.Close()
			return nil, err
		}
	}
	w := &worker{
		plan: p, part: x, subject: s, device: device, store: recipe.Store(cells), run: run, dir: filepath.Join(run, x.path), bases: map[uint64]*Job{}, searches: map[string]string{}, weights: map[string]*model.Checkpoint{},
		say: func(string, ...any) {}, advance: func(string, float64) {},
	}
	if w.cells, w.unreachable, w.nearest, err = s.cells(p); err == nil {
		err = w.check()
	}
	if err == nil {
		err = w.list()
	}
	if err != nil {
		device.Close()
		return nil, err
	}
	return w, nil
}

func (w *worker) close() { w.device.Close() }

// Do implements Executor: in this process, one after the other.
func (w *worker) Do(ctx context.Context, _ string, jobs []*Job, done func(*Job) error) error {
	for _, j := range jobs {
		if err := w.one(ctx, j); err != nil {
			return fmt.Errorf("%s: %w", j.Name, err)
		}
		if err := done(j); err != nil {
			return err
		}
	}
	return nil
}

// one does a job. One that is done stays as it is.
func (w *worker) one(ctx context.Context, j *Job) (err error) {
	release, err := w.claim(ctx, j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if w.done(j) {
		return nil
	}
	switch j.Kind {
	case Base, Train:
		return w.train(ctx, j)
	case Search:
		return w.search(ctx, j)
	case Fit:
		return w.fit(j)
	case Evaluate:
		return w.evaluate(ctx, j)
	case Time:
		return w.time(ctx, j)
	}
	return fmt.Errorf("no job of kind %q", j.Kind)
}

// done reports whether a job's result is there.
func (w *worker) done(j *Job) bool {
	if j.recorded() {
		return w.hasOutput(j)
	}
	return w.store.Has(j.Key)
}

// missing is the error of a job that needs another one's result.
func (w *worker) missing(key string) error {
	for _, j := range w.jobs {
		if j.Key == key {
			return fmt.Errorf("%s job %s (%s) has to be done first", j.Kind, key, j.Name)
		}
	}
	return fmt.Errorf("job %s has to be done first", key)
}

// baseOf returns the unpruned model of a cell's seed.
func (w *worker) baseOf(c *cell) (*model.Checkpoint, error) {
	if !w.subject.untrained() {
		return w.subject.weights, nil
	}
	key := w.bases[c.Seed].Key
	if w.weights[key] == nil {
		if !w.store.Has(key) {
			return nil, w.missing(key)
		}
		if err := w.store.Verify(key); err != nil {
			return nil, err
		}
		weights, err := model.Load(w.store.Path(key))
		if err != nil {
			return nil, err
		}
		w.weights[key] = weights
	}
	return w.weights[key], nil
}

// resolve finds a cell's rule, if a job has made it.
func (w *worker) resolve(c *cell) error {
	if c.known {
		return nil
	}
	if err := w.store.Verify(c.making); err != nil {
		return err
	}
	o, err := w.store.Outcome(c.making)
	if err != nil {
		return err
	}
	if o == nil {
		return w.missing(c.making)
	}
	if c.rule, err = o.Rule(w.store.Files(), c.making); err != nil {
		return err
	}
	c.known = true
	return nil
}

// encoder puts a cell's weights on the device; its rule is known then.
func (w *worker) encoder(c *cell) (*model.Encoder, error) {
	if err := w.resolve(c); err != nil {
		return nil, err
	}
	weights, err := w.weightsOf(c)
	if err != nil {
		return nil, err
	}
	return model.New(w.device, weights)
}
