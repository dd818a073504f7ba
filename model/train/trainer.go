package train

import (
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Options are a stage's settings. Beta1, Beta2 and Eps of the optimiser are 0.9,
// 0.999 and 1e-8.
type Options struct {
	Steps   int     // of the whole stage
	Warmup  int     // of these, steps in which the learning rate rises
	Rate    float32 // of weights, at its highest
	Decay   float32 // weight decay, of matrices alone
	Clip    float32 // largest norm of the weights' gradient; 0: no clipping
	Dropout bool    // at the rates of the model's configuration
	Seed    uint64  // of dropout
	Freeze  Freeze  // what does not learn

	// Pruner drops rows for good during the stage (hard stage); nil: none does.
	Pruner pruners.Pruner
	// Learner weighs rows instead (soft stage), with a regulariser of weight
	// Lambda over the mean mask. Its parameters have a rate of their own, no
	// decay and no clipping.
	Learner     pruners.Learner
	Lambda      float32
	LearnerRate float32
	// Budget, if not 0, is the relative `paper` FLOPs that a stage is steered
	// towards. In a soft stage lambda, which then only begins at Lambda, rises
	// while a hard rule at the mask's middle would need more, and falls while it
	// would need less. In a hard stage of a Threshold, whose thetas are frozen,
	// their common factor does; other rules stay as they are.
	Budget float64
	Over   Regulariser // Real if empty
	// Exact computes all rows of the last layer in the hard stage too.
	Exact bool

	// Hidden, if not 0, weighs the distance of each layer's output from Teacher's,
	// an encoder of the same width on the same device.
	Hidden  float32
	Teacher *model.Encoder
}

// Batch is one mini-batch with its targets: for classification a row of
// probabilities per sequence (a one-hot label, or a teacher's), for regression
// one number.
type Batch struct {
	ragged.Batch
	Targets []float32
	// TeacherIDs are the ids of the same rows in the teacher's vocabulary, nil if
	// that is the same.
	TeacherIDs []int32
}

// Result is what one step saw, before its update.
type Result struct {
	Loss, Task, Regulariser, Hidden, GradNorm float64
	Factor                                    float32 // of the learning rates
	// Lambda is the regulariser's weight in a soft stage.
	Lambda float32
	// Ratio is the relative `paper` FLOPs of the batch, in a soft stage those that
	// a hard rule at the mask's middle would need; 0 in a hard one without Budget.
	Ratio float64
}

// Trainer fits one encoder for one stage.
type Trainer struct {
	e    *model.Encoder
	o    Options
	w    *weights
	run  *model.Run
	soft *soft
	room *room

	hidden *hidden

	loss, norm, targets hw.Mat
	moments             []learnerMoments
	lambda              float32
	steered             float64 // lambda without what is for the moment alone, or the thetas' factor
	rule                pruners.Pruner
	done                int // steps
}

// New prepares a stage on a trainable encoder, for batches up to size.
func New(e *model.Encoder, size model.Size, o Options) (*Trainer, error) {
	d, ok := e.Device.(hw.Backward)
	if !ok {
		return nil, fmt.Errorf("device %s cannot train", e.Device.Info().Name)
	}
	if o.Over == "" {
		o.Over = Real
	}
	t := &Trainer{e: e, o: o, lambda: o.Lambda, steered: float64(o.Lambda), w: newWeights(e, o.Freeze), room: newRoom(d, &e.Config, size)}
	t.loss, t.norm, t.targets = d.Floats(1, 1), d.Floats(1, 1), d.Floats(size.Seqs, e.Config.Labels)
	var err error
	if o.Hidden != 0 {
		if t.hidden, err = newHidden(d, o.Teacher, &e.Config, size); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Learner != nil:
		t.soft = newSoft(d, o.Learner, &e.Config, size, o.Over)
		t.run = model.NewRun(e, t.soft, size, model.Options{Keep: true, Exact: true})
		t.moments = newMoments(o.Learner.Params())
	case o.Pruner != nil:
		if _, ok := o.Pruner.(pruners.Threshold); !ok {
			t.o.Budget = 0
		}
		t.rule, t.steered = o.Pruner, 1
		t.run, err = model.NewHardRun(e, o.Pruner, size, model.Options{Keep: true, Exact: o.Exact || t.o.Budget > 0})
	default:
		t.o.Budget = 0
		t.run = model.NewRun(e, model.Free{}, size, model.Options{Keep: true, Exact: o.Exact})
	}
	return t, err
}

// Params are the tensors that learn, with their gradients.
func (t *Trainer) Params() []Param { return t.w.params }

// Done is how many steps were taken.
func (t *Trainer) Done() int { return t.done }

// Factor is what step t (from 0) of a stage multiplies the learning rates by:
// a linear rise over the warm-up, then a linear fall towards 0.
func (o *Options) Factor(step int) float32 {
	if step < o.Warmup {
		return float32(step+1) / float32(o.Warmup)
	}
	return float32(o.Steps-step) / float32(max(1, o.Steps-o.Warmup))
}

// Grad runs forward and backward over a batch and leaves the gradients in place.
func (t *Trainer) Grad(b Batch) (Result, error) {
	d, r := t.w.d, t.run
	t.w.zero()
	for _, p := range t.learned() {
		clear(p.Grad)
	}
	if t.hidden != nil {
		if err := t.hidden.forward(d, t.o.Teacher, b); err != nil {
			return Result{}, err
		}
	}
	t.setDropout()
	r.Load(b.Batch)
	logits := t.e.Forward(r)
	count := logits.Rows
	grad, targets := t.room.logits.Top(count), t.targets.Top(count)
	d.Write(targets, b.Targets)
	d.Zero(grad)
	d.Zero(t.loss)
	if t.e.Config.IsRegression() {
		d.SquaredError(t.loss, grad, logits, targets, 1)
	} else {
		d.CrossEntropy(t.loss, grad, logits, targets, 1)
	}
	if err := r.Sync(); err != nil {
		return Result{}, err
	}
	t.backward()
	t.w.gradNorm(t.norm)
	var task, norm [1]float32
	d.Read(task[:], t.loss)
	d.Read(norm[:], t.norm)
	result := Result{Loss: float64(task[0]), Task: float64(task[0]), GradNorm: float64(norm[0])}
	if t.soft != nil {
		result.Regulariser, result.Lambda = t.soft.value, t.lambda
		result.Loss += float64(t.lambda) * t.soft.value
	}
	if t.hidden != nil {
		var distance [1]float32
		d.Read(distance[:], t.hidden.loss)
		result.Hidden = float64(distance[0])
		result.Loss += result.Hidden
	}
	if t.soft != nil || t.o.Budget > 0 {
		result.Ratio = t.ratio()
	}
	if err := r.Sync(); err != nil {
		return result, err
	}
	if result.Loss-result.Loss != 0 || result.GradNorm-result.GradNorm != 0 {
		return result, fmt.Errorf("step %d: the loss or its gradient is not a number; a lower learning rate helps", t.done+1)
	}
	return result, nil
}

// Step is Grad and one step of the optimiser.
func (t *Trainer) Step(b Batch) (Result, error) {
	result, err := t.Grad(b)
	if err != nil {
		return result, err
	}
	result.Factor = t.o.Factor(t.done)
	t.done++
	s := hw.AdamW{Rate: t.o.Rate * result.Factor, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: t.done, Norm: t.norm, Clip: t.o.Clip}
	t.w.step(s, t.o.Decay)
	for i, p := range t.learned() {
		t.moments[i].step(p, t.o.LearnerRate*result.Factor, t.done)
	}
	if t.o.Budget > 0 {
		t.steer(result.Ratio)
	}
	return result, t.run.Sync()
}

// Store copies the weights as they are now into a checkpoint of the same model.
func (t *Trainer) Store(c *model.Checkpoint) error { return t.w.store(c) }

func (t *Trainer) learned() []pruners.Param {
	if t.o.Learner == nil {
		return nil
	}
	return t.o.Learner.Params()
}

// setDropout makes this step's masks.
func (t *Trainer) setDropout() {
	if !t.o.Dropout {
		return
	}
	c, step := &t.e.Config, uint64(t.done)
	t.run.Dropout = func(layer int, site model.Site) hw.Dropout {
		rate := c.HiddenDropout
		switch site {
		case model.AttentionProbs:
			rate = c.AttentionDropout
		case model.HeadInput, model.HeadDense:
			rate = c.ClassifierDropout
		}
		seed := ragged.Mix(ragged.Mix(t.o.Seed^ragged.Mix(step)) ^ uint64(layer+1)<<8 ^ uint64(site))
		return hw.Dropout{Rate: rate, Seed: seed}
	}
}
