package train

import (
	"cmp"
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

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

	cutter  Cutter // what the stage's curriculum does; nil: none of this
	grower  Grower
	weigher Weigher
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
	deepest := 0
	for _, p := range o.Passes {
		deepest = max(deepest, depth(p, e.Config.Layers))
	}
	m := d.Scope()
	t := &Trainer{e: e, o: o, memory: m, w: newWeights(e, m, o.Freeze, deepest), room: newRoom(m, &e.Config, size)}
	t.loss, t.norm, t.targets = m.Floats(1, 1), m.Floats(1, 1), m.Floats(size.Seqs, e.Config.Labels)
	t.first = make([]float32, size.Seqs*e.Config.Labels)
	if err := t.prepareCurriculum(); err != nil {
		t.Close()
		return nil, err
	}
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

// Pruner is the rule of the first hard pass as it is now, none that was drawn; nil without one.
func (t *Trainer) Pruner() pruners.Pruner {
	for _, p := range t.passes {
		if p.rule != nil && t.grower != nil {
			return p.Pruner
		}
		if p.rule != nil && !p.Sample {
			return p.rule
		}
	}
	return nil
}

// Penalty is what the first term that is one counts now (see Term.Penalty); false if there is none.
func (t *Trainer) Penalty() (float32, bool) {
	for _, p := range t.passes {
		for _, term := range p.Terms {
			if term.Penalty() {
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
	p.run.Progress = Progress{t.done, t.o.Steps}.Share()
	p.run.Draw = ragged.Mix(ragged.Mix(t.o.Seed^0x64726177) ^ uint64(t.done)<<8 ^ uint64(i))
	t.setRule(i, p)
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
