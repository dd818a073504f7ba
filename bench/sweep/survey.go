package sweep

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/bench/plan"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Forecast is what one record of a plan would be and take. Times come from a probe of
// a few seconds on this machine, as it is now.
type Forecast struct {
	Model, Task, Device string
	Examples            int
	Found               []string // how the text was read
	Unreachable         []string // points that are left out, and why
	Points              []Step   // the unpruned models that have to be made first, then all points in their order
	Training            time.Duration
	Measuring           time.Duration // exact passes
	Timing              time.Duration
	Disk                int64 // bytes that weights, states and predictions take
	Memory              int64 // bytes at most, roughly
}

// Step is one point of a Forecast.
type Step struct {
	Point  string
	Steps  int // of training; 0: none
	Stored bool
	Takes  time.Duration
}

// Survey says what a plan would do, in the order in which it would, without doing it:
// it reads every model and text, so that what is wrong is found now. Cells is the
// folder where weights that were made before may lie; it need not be there.
func Survey(ctx context.Context, p plan.Plan, cells string) ([]Forecast, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var list []Forecast
	for _, x := range places(&p) {
		f, err := survey(ctx, &p, x, cells)
		if err != nil {
			return nil, err
		}
		list = append(list, *f)
	}
	return list, nil
}

func survey(ctx context.Context, p *plan.Plan, x place, stored string) (*Forecast, error) {
	device, err := hw.Open(x.device, hw.Options{Threads: p.Threads})
	if err != nil {
		return nil, err
	}
	defer device.Close()
	s, err := newSubject(p, x.model, x.data)
	if err != nil {
		return nil, err
	}
	cells, unreachable, err := s.cells(p)
	if err != nil {
		return nil, err
	}
	m := &maker{subject: s, plan: p, device: device, store: store{stored}, bases: map[uint64]*model.Checkpoint{}, hashes: map[*model.Checkpoint]string{}}
	f := &Forecast{Model: s.name, Task: s.text.task.Name, Device: x.device, Examples: len(s.measured), Found: s.text.found, Unreachable: unreachable}
	trained := false
	for _, c := range cells {
		trained = trained || !c.known && c.Tuned
	}
	speed, err := m.probe(ctx, trained || s.untrained())
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, x := range s.measured {
		rows += len(x.IDs)
	}
	pass, timed := speed.forward(rows), len(s.measured)
	if p.Measure.Examples > 0 {
		timed = min(timed, p.Measure.Examples)
	}
	whole := int64(0)
	for _, t := range s.weights.Tensors {
		whole += 4 * int64(len(t.Data))
	}
	seeds := map[uint64]bool{}
	for _, c := range cells {
		if s.untrained() && !seeds[c.Seed] {
			seeds[c.Seed] = true
			r := m.baseRecipe(c.Seed)
			step := Step{Point: fmt.Sprintf("unpruned model, seed %d", c.Seed), Steps: m.steps(r), Takes: speed.backward(m.tokens(r))}
			if name := m.key(r.Identity(), m.weights); m.store.has(name) {
				step.Stored, step.Takes = true, 0
				if m.bases[c.Seed], err = model.Load(m.store.path(name)); err != nil {
					return nil, err
				}
			}
			f.add(step, whole)
		}
		step := Step{Point: c.String(), Stored: c.known}
		if !c.known && c.Tuned {
			r, err := m.recipe(c)
			if err != nil {
				return nil, err
			}
			base := m.weights
			if s.untrained() {
				base = m.bases[c.Seed]
			}
			step.Steps = m.steps(r)
			if base != nil {
				name, err := m.recipeKey(r, base)
				if err != nil {
					return nil, err
				}
				step.Stored = m.store.has(name)
			}
			if !step.Stored {
				step.Takes = speed.backward(m.tokens(r))
			}
		}
		f.add(step, whole)
		f.Measuring += pass
		f.Timing += time.Duration(p.Measure.Rounds+1) * pass * time.Duration(timed) / time.Duration(len(s.measured))
		f.Disk += int64(len(s.measured)) * perPrediction
	}
	f.Memory = int64(len(cells))*whole + 2*whole
	if trained || s.untrained() {
		f.Disk += 3 * whole // the state of a training: weights and two moments
		f.Memory = max(f.Memory, 8*whole)
	}
	return f, nil
}

// perPrediction is about how many bytes a line of predictions takes.
const perPrediction = 300

// add adds a point; its weights, if they are made, take up to so many bytes.
func (f *Forecast) add(s Step, bytes int64) {
	f.Points = append(f.Points, s)
	f.Training += s.Takes
	if s.Takes > 0 {
		f.Disk += bytes
	}
}

// pace is what a probe found: seconds for a token.
type pace struct{ run, train float64 }

func (p pace) forward(tokens int) time.Duration  { return seconds(p.run * float64(tokens)) }
func (p pace) backward(tokens int) time.Duration { return seconds(p.train * float64(tokens)) }

func seconds(x float64) time.Duration { return time.Duration(x * float64(time.Second)) }

// probed is how many examples a probe runs, twice, and trains on.
const probed = 64

// probe measures how long a token takes to run, without pruning, and to train on.
func (m *maker) probe(ctx context.Context, training bool) (pace, error) {
	weights := m.weights
	if m.untrained() {
		weights = weights.Clone()
		weights.InitHead(max(1, len(m.text.task.Labels)), 1)
	}
	some := m.measured[:min(probed, len(m.measured))]
	rows := 0
	for _, x := range some {
		rows += len(x.IDs)
	}
	e, err := model.New(m.device, weights)
	if err != nil {
		return pace{}, err
	}
	timing := clock.Clock{Batching: eval.Batching{Sequences: m.plan.Measure.Batch}, Rounds: 1}
	times, _, err := timing.Run(ctx, []clock.Subject{{Encoder: e, Rule: pruners.None{}}}, some)
	if err != nil {
		return pace{}, err
	}
	p := pace{run: times[0].Rounds[0] / float64(rows)}
	if !training {
		return p, nil
	}
	d, ok := m.device.(hw.Backward)
	if !ok {
		return p, fmt.Errorf("device %s cannot train; fine-tune on another one, and sweep without training text here", m.device.Info().Name)
	}
	if e, err = model.NewTrainable(d, weights); err != nil {
		return p, err
	}
	set := &m.plan.Training
	texts := make([]train.Example, len(some))
	for i, x := range some { // targets do not matter for the time
		texts[i] = train.Example{Sequence: x, Target: make([]float32, weights.Config.Labels)}
	}
	batching := train.Batching{Epochs: 1, Batch: set.Batch, Tokens: set.BatchTokens}
	t, err := train.Prepare(e, texts, batching, train.Options{LearningRate: set.LearningRate, MaxGradNorm: 1, Dropout: set.Dropout, Freeze: set.Freeze})
	if err != nil {
		return p, err
	}
	begin := time.Now()
	err = t.Fit(ctx, texts, batching, nil)
	p.train = time.Since(begin).Seconds() / float64(rows)
	return p, err
}

// Unfinished looks for the run that a sweep without a folder of its own would go on
// with, and says where its weights are; empty if it would begin a new one.
func Unfinished(p plan.Plan) string {
	for n := last(); n > 0; n-- {
		if old, err := plan.Read(filepath.Join(numbered(n), planFile)); err == nil && old.Hash() == p.Hash() && !finished(&p, numbered(n)) {
			return numbered(n)
		}
	}
	return ""
}
