package train

import (
	"cmp"
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Options are a stage's settings. The optimiser is AdamW with beta1 0.9, beta2
// 0.999 and eps 1e-8.
type Options struct {
	Steps        int      // of the whole stage
	Schedule     Schedule // of the learning rates; nil: Linear with a warm-up of 6 %
	LearningRate float32  // of weights, at its highest
	LearnerRate  float32  // of a learner's parameters
	// LearnerSchedule is the course of LearnerRate; nil: Schedule.
	LearnerSchedule Schedule
	WeightDecay     float32 // of matrices alone
	MaxGradNorm     float32 // largest norm of the weights' gradient; 0: no clipping
	Dropout         bool    // at the rates of the model's configuration
	Seed            uint64  // of dropout
	Freeze          Freeze  // what does not learn

	// ClipTogether clips weights and learners' parameters in one common norm, as the
	// published program of LTP does, where thetas' gradients outweigh all others.
	// Without it weights alone are clipped, by their own norm.
	ClipTogether bool
	// EpsFirst adds eps to the root of the second moment before the bias correction,
	// as the AdamW of the published program does (transformers' own).
	EpsFirst bool

	// Passes are run in each step; none: one plain pass, in which nothing is pruned.
	Passes []Pass
	// Teacher is a fixed model on the same device for objectives that read its rows.
	Teacher *model.Encoder
}

// Batch is one mini-batch with its targets: for classification a row of
// probabilities per sequence (a one-hot label), for regression one number.
type Batch struct {
	ragged.Batch
	Targets []float32
	Teacher []float32 // a teacher's answers in the same form; nil without one
	// TeacherIDs are the ids of the same rows in the teacher's vocabulary, nil if
	// that is the same.
	TeacherIDs []int32
}

// Result is what one step saw, before its update.
type Result struct {
	Loss, GradNorm float64
	Terms          []TermResult // of all passes; overwritten by the next step
	Factor         float32      // of the learning rates
	// Ratio is the relative `paper` FLOPs of the first pass that is steered or learns;
	// in a soft stage those that a hard rule at the mask's middle would need. 0 without.
	Ratio float64
}

// TermResult is a term's part of the loss: Weight times Value.
type TermResult struct {
	Name   string
	Weight float32
	Value  float64
}

// Term returns the first term of that name, zero if there is none.
func (r *Result) Term(name string) TermResult {
	for _, t := range r.Terms {
		if t.Name == name {
			return t
		}
	}
	return TermResult{}
}

// Trainer fits one encoder for one stage.
type Trainer struct {
	e       *model.Encoder
	o       Options
	w       *weights
	memory  hw.Scope
	passes  []*pass
	room    *room
	teacher *teacher

	loss, norm, targets hw.Mat
	first               []float32 // logits of the first pass
	terms               []TermResult
	moments             []learnerMoments
	done                int // steps
}

// New prepares a stage on a trainable encoder, for batches up to size. Its memory is
// held until the trainer's Close.
func New(e *model.Encoder, size model.Size, o Options) (*Trainer, error) {
	d, ok := e.Device.(hw.Backward)
	if !ok {
		return nil, fmt.Errorf("device %s cannot train", e.Device.Info().Name)
	}
	if o.Schedule == nil {
		o.Schedule = Linear{usualWarmup}
	}
	if o.LearnerSchedule == nil {
		o.LearnerSchedule = o.Schedule
	}
	o.Freeze = cmp.Or(o.Freeze, Nothing)
	if len(o.Passes) == 0 {
		o.Passes = []Pass{{}}
	}
	m := d.Scope()
	t := &Trainer{e: e, o: o, memory: m, w: newWeights(e, m, o.Freeze), room: newRoom(m, &e.Config, size)}
	t.loss, t.norm, t.targets = m.Floats(1, 1), m.Floats(1, 1), m.Floats(size.Seqs, e.Config.Labels)
	t.first = make([]float32, size.Seqs*e.Config.Labels)
	for _, p := range o.Passes {
		n, err := t.newPass(p, size)
		if err != nil {
			t.Close()
			return nil, err
		}
		t.passes = append(t.passes, n)
	}
	t.moments = newMoments(t.learned())
	return t, nil
}

// Close gives back the memory of the stage, not the encoders'; closing twice does nothing.
func (t *Trainer) Close() {
	for _, p := range t.passes {
		p.run.Close()
	}
	if t.teacher != nil {
		t.teacher.run.Close()
	}
	t.memory.Close()
}

// Params are the tensors that learn, with their gradients.
func (t *Trainer) Params() []Param { return t.w.params }

// Done is how many steps were taken.
func (t *Trainer) Done() int { return t.done }

// Pruner is the rule of the first hard pass as it is now; nil without one.
func (t *Trainer) Pruner() pruners.Pruner {
	for _, p := range t.passes {
		if p.rule != nil {
			return p.rule
		}
	}
	return nil
}

// Weight is what the first term of that name counts now; false if there is none.
func (t *Trainer) Weight(name string) (float32, bool) {
	for _, p := range t.passes {
		for _, term := range p.Terms {
			if term.Name == name {
				return t.weight(p, &term), true
			}
		}
	}
	return 0, false
}

// weight is what a term counts in this step.
func (t *Trainer) weight(p *pass, term *Term) float32 {
	w := term.Weight
	if term.Control != nil {
		w = float32(term.Control.Value())
	}
	if term.Schedule != nil {
		w *= float32(term.Schedule.At(Progress{t.done, t.o.Steps}))
	}
	return w * p.Weight
}

// Grad runs all passes over a batch and leaves the gradients in place.
func (t *Trainer) Grad(b Batch) (Result, error) {
	t.w.zero()
	for _, n := range t.networks() {
		n.w.zero()
	}
	for _, p := range t.learned() {
		clear(p.Grad)
	}
	if t.teacher != nil {
		if err := t.teacher.forward(b); err != nil {
			return Result{}, err
		}
	}
	t.terms = t.terms[:0]
	result := Result{}
	for i, p := range t.passes {
		if err := t.pass(i, p, b); err != nil {
			return Result{}, err
		}
		if result.Ratio == 0 && (p.soft != nil || p.Steer != nil) {
			result.Ratio = p.ratio()
		}
	}
	t.w.gradNorm(t.norm)
	var norm [1]float32
	t.w.d.Read(norm[:], t.norm)
	result.GradNorm, result.Terms = t.together(norm[0]), t.terms
	for _, term := range t.terms {
		result.Loss += float64(term.Weight) * term.Value
	}
	if err := t.w.d.Sync(); err != nil {
		return result, err
	}
	if result.Loss-result.Loss != 0 || result.GradNorm-result.GradNorm != 0 {
		return result, fmt.Errorf("step %d: the loss or its gradient is not a number; a lower learning rate helps", t.done+1)
	}
	return result, nil
}

// pass runs one pass forward and backward.
func (t *Trainer) pass(i int, p *pass, b Batch) error {
	t.setDropout(i, p.run)
	p.run.Load(b.Batch)
	clear(p.used)
	logits := t.e.Forward(p.run)
	s := Step{t: t, p: p, Batch: b, Logits: logits, DLogits: t.room.logits.Top(logits.Rows)}
	t.w.d.Zero(s.DLogits)
	if err := p.run.Sync(); err != nil {
		return err
	}
	if i == 0 && len(t.passes) > 1 {
		s.First()
	}
	for j := range p.Terms {
		term := &p.Terms[j]
		weight := t.weight(p, term)
		s.term = j
		value, err := term.Objective.Add(&s, weight)
		if err != nil {
			return fmt.Errorf("objective %s: %w", term.Name, err)
		}
		t.terms = append(t.terms, TermResult{term.Name, weight, value})
	}
	t.backward(p)
	return nil
}

// Step is Grad and one step of the optimiser.
func (t *Trainer) Step(b Batch) (Result, error) {
	result, err := t.Grad(b)
	if err != nil {
		return result, err
	}
	at := Progress{t.done, t.o.Steps}
	result.Factor = float32(t.o.Schedule.At(at))
	learning := t.o.LearnerRate * float32(t.o.LearnerSchedule.At(at))
	t.done++
	s := hw.AdamW{Rate: t.o.LearningRate * result.Factor, Beta1: beta1, Beta2: beta2, Eps: float32(t.eps()), Step: t.done, Norm: t.norm, Clip: t.o.MaxGradNorm}
	t.w.step(s, t.o.WeightDecay)
	for _, n := range t.networks() {
		n.step(s, learning)
	}
	scale := t.learnerScale(result.GradNorm)
	for i, p := range t.learned() {
		t.moments[i].step(p, scale, learning, t.eps(), t.done)
	}
	for _, c := range t.controllers() {
		c.Observe(result.Ratio)
	}
	t.setRules()
	return result, t.w.d.Sync()
}

// Store copies the weights as they are now into a checkpoint of the same model, and what
// networks have learned into their learners.
func (t *Trainer) Store(c *model.Checkpoint) error {
	for _, n := range t.networks() {
		if err := n.store(); err != nil {
			return err
		}
	}
	return t.w.store(c)
}

// networks are those of all passes' learners.
func (t *Trainer) networks() (list []*networks) {
	for _, p := range t.passes {
		if p.soft != nil && p.soft.nets != nil {
			list = append(list, p.soft.nets)
		}
	}
	return list
}

// learned are the parameters of all learners.
func (t *Trainer) learned() []pruners.Param {
	var list []pruners.Param
	for _, p := range t.passes {
		if p.Learner != nil {
			list = append(list, p.Learner.Params()...)
		}
	}
	return list
}

// controllers are those of all passes: each pass's own, then its terms'.
func (t *Trainer) controllers() []Controller {
	var list []Controller
	for _, p := range t.passes {
		if p.Steer != nil {
			list = append(list, p.Steer)
		}
		for _, term := range p.Terms {
			if term.Control != nil {
				list = append(list, term.Control)
			}
		}
	}
	return list
}

// setRules scales the rules of passes that are steered.
func (t *Trainer) setRules() {
	for _, p := range t.passes {
		if p.Steer != nil && p.rule != nil {
			p.rule, _ = pruners.Scale(p.Pruner, float32(p.Steer.Value()))
			p.run.SetPruner(p.rule)
		}
	}
}

// setDropout makes the masks of this step's pass i.
func (t *Trainer) setDropout(i int, r *model.Run) {
	if !t.o.Dropout {
		return
	}
	c, step := &t.e.Config, uint64(t.done)
	r.Dropout = func(layer int, site model.Site) hw.Dropout {
		rate := c.HiddenDropout
		switch site {
		case model.AttentionProbs:
			rate = c.AttentionDropout
		case model.HeadInput, model.HeadDense:
			rate = c.ClassifierDropout
		}
		seed := ragged.Mix(ragged.Mix(t.o.Seed^ragged.Mix(step)) ^ uint64(i)<<32 ^ uint64(layer+1)<<8 ^ uint64(site))
		return hw.Dropout{Rate: rate, Seed: seed}
	}
}
