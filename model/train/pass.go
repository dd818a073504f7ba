package train

import (
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Pass is one forward and backward pass of a step: what the rule does in it, and what
// is aimed at. The gradients of all passes make one update.
type Pass struct {
	// Pruner drops rows for good (hard stage); nil: none does.
	Pruner pruners.Pruner
	// Sample draws another rule from the Pruner, a pruners.Sampler, in each step.
	Sample bool
	// Steer, if not nil, sets the factor that the Pruner, a pruners.Scaler, is scaled
	// by after each step.
	Steer Controller
	// Learner weighs rows instead (soft stage). Its parameters have a learning rate of
	// their own and no weight decay; their gradient is clipped with Options.ClipTogether.
	Learner pruners.Learner
	Terms   []Term // of the loss; none: the task's own
	// FullLastLayer computes all rows of the last layer in a hard stage too.
	FullLastLayer bool
	Weight        float32 // of all terms; 0: 1
}

// pass is a Pass with its memory.
type pass struct {
	Pass
	run    *model.Run
	soft   *soft
	config *model.Config // of the layers that run
	whole  *model.Config
	rule   pruners.Pruner // as scaled so far
	rows   []hw.Mat       // per layer: gradient that objectives send into the rows that enter it; absent until one does
	used   []bool         // in this step
	room   func() hw.Mat
	size   model.Size

	dweights, dscored hw.Mat // of a pruners.ScoreMerger; absent without one

	own       []map[string]own  // per term: layers of the objective's
	scratch   map[[2]int]hw.Mat // of term and number: Step.Scratch
	lists     map[[2]int]hw.Ints
	contrasts map[int]*contrast
	fit       Fit
	sums      [][]float64 // per term: Step.Sums
}

// newPass makes room for a pass and checks that its terms fit.
func (t *Trainer) newPass(p Pass, size model.Size) (*pass, error) {
	m, whole := t.memory, &t.e.Config
	c := whole.Shallow(depth(p, whole.Layers))
	if len(p.Terms) == 0 {
		p.Terms = []Term{TaskTerm()}
	}
	if p.Weight == 0 {
		p.Weight = 1
	}
	n := &pass{Pass: p, config: c, whole: whole, size: size, scratch: map[[2]int]hw.Mat{}, lists: map[[2]int]hw.Ints{}, contrasts: map[int]*contrast{}, sums: make([][]float64, len(p.Terms)), rows: make([]hw.Mat, c.Layers+1), used: make([]bool, c.Layers+1)}
	n.room = func() hw.Mat { return m.Floats(size.Rows, c.Width) }
	fit := Fit{Student: c, Learner: p.Learner, Budget: t.o.Budget}
	if t.o.Teacher != nil {
		fit.Teacher = &t.o.Teacher.Config
	}
	n.fit = fit
	needs, err := Needed(p.Terms, fit)
	if err != nil {
		return nil, err
	}
	for _, term := range p.Terms {
		alone, err := term.Objective.Needs(fit)
		if err != nil {
			return nil, err
		}
		layers := map[string]own{}
		for _, l := range alone.Layers {
			layers[l.Name] = t.addOwn(term.Name, l)
		}
		n.own = append(n.own, layers)
	}
	full := p.FullLastLayer || p.Steer != nil || needs.FullLastLayer
	if (needs.TeacherRows || needs.Saliency) && t.teacher == nil {
		t.teacher = newTeacher(m, t.o.Teacher, size)
	}
	if needs.Saliency {
		if err := t.teacher.prepareBack(size); err != nil {
			return nil, err
		}
	}
	switch {
	case p.Learner != nil:
		n.soft = newSoft(m, p.Learner, c, size)
		var err error
		if n.soft.nets, err = newNetworks(t.e, m, p.Learner, size); err != nil {
			return nil, err
		}
		n.run = model.NewRun(t.e, n.soft, size, model.Options{SaveActivations: true, FullLastLayer: true})
	case p.Pruner != nil:
		if _, ok := pruners.As[pruners.Scaler](p.Pruner); p.Steer != nil && !ok {
			return nil, fmt.Errorf("pruner %s has no parameters that steering could scale; leave steering out", p.Pruner.Spec())
		}
		if _, ok := pruners.As[pruners.Sampler](p.Pruner); p.Sample && !ok {
			return nil, fmt.Errorf("pruner %s draws no other rules; leave sampling out", p.Pruner.Spec())
		}
		n.rule = p.Pruner
		n.run, err = model.NewHardRun(t.e, p.Pruner, size, model.Options{SaveActivations: true, FullLastLayer: full})
		return n, err
	default:
		n.run = model.NewRun(t.e, model.Free{}, size, model.Options{SaveActivations: true, FullLastLayer: full})
	}
	return n, nil
}

// depth is how many of a model's layers run in a pass.
func depth(p Pass, layers int) int {
	switch {
	case p.Learner != nil:
		return pruners.Depth(p.Learner.Pruner(), layers)
	case p.Pruner != nil:
		return pruners.Depth(p.Pruner, layers)
	}
	return layers
}

// output is what layer l made, -1 for the embedding, with the offsets and original
// positions of its rows.
func (p *pass) output(l int) (hw.Mat, ragged.Seqs, []int32) {
	if l < 0 {
		return p.run.Activations(0).X, p.run.Batch.Seqs, p.run.Batch.Positions
	}
	y := p.run.Activations(l).Y
	if p.soft != nil && p.soft.keys == nil && !p.soft.inside && p.soft.learner.Masks(l) {
		y = p.soft.layers[l].scaled
	}
	seqs, positions := p.run.Kept(l)
	return y, seqs, positions
}

// gradient is room for what objectives send into the rows that enter layer l.
func (p *pass) gradient(d hw.Backward, l int) hw.Mat {
	if p.rows[l].Absent() {
		p.rows[l] = p.room()
	}
	if !p.used[l] {
		p.used[l] = true
		d.Zero(p.rows[l])
	}
	return p.rows[l]
}

// rowsGrad adds that to dx.
func (p *pass) rowsGrad(d hw.Backward, l int, dx hw.Mat) {
	if p.used[l] {
		d.Add(dx, p.rows[l].Top(dx.Rows))
	}
}

// ratio is the `paper` FLOPs of the batch that was run last, relative to no
// pruning, all rows of the last layer counted.
func (p *pass) ratio() float64 {
	if p.soft != nil && p.soft.merges == nil {
		return p.soft.tally.ratio(p.soft.learner.Pruner())
	}
	_, alive, kept := p.run.Counts()
	n := tally{c: p.whole, alive: alive, kept: kept}
	for b := range alive {
		n.tokens = append(n.tokens, p.run.Batch.Seqs.Len(b))
	}
	if p.soft != nil {
		return n.ratio(p.soft.hard)
	}
	return n.ratio(p.rule)
}
