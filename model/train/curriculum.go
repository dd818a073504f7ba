package train

import (
	"errors"
	"fmt"
	"math"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

// Curriculum makes a stage easy at first (Token-wise Curriculum Learning, Liang et al., arXiv 2103.11088).
// What it does it shows by one of the interfaces Cutter, Grower and Weigher.
type Curriculum interface {
	// Over is the part of a stage after which the stage is as without the curriculum.
	Over() Over
}

// Cutter is a curriculum of texts.
type Cutter interface {
	Curriculum
	// Cut returns an example as a step learns from it.
	Cut(p Progress, x Example) Example
}

// Grower is a curriculum of pruning.
type Grower interface {
	Curriculum
	// Grown is how much of what rules drop they drop in a step, from 0 to 1.
	Grown(p Progress) float64
}

// Weigher is a curriculum of losses of single tokens.
type Weigher interface {
	Curriculum
	// Weight is what the loss of the token at a position, from 0, counts in a step.
	Weight(p Progress, position int) float64
}

// Over is a number of steps or, if that is 0, a part of a stage's.
type Over struct {
	Steps int
	Until float64
}

// curricula is the registry; each curriculum's file adds itself.
var curricula = registry.New[Curriculum]("curriculum",
	registry.Param{Key: "until", Doc: "part of the stage's steps after which the stage is as without it, above 0 and up to 1; default 0.5"},
	registry.Param{Key: "steps", Doc: "the same as a number of steps"})

// Curricula returns all registered curricula, sorted by name.
func Curricula() []registry.Entry[Curriculum] { return curricula.Entries() }

// ParseCurriculum makes the curriculum that a text such as "prefix:from=0.3" describes.
func ParseCurriculum(text string) (Curriculum, error) {
	c, _, err := curricula.Parse(text)
	return c, err
}

// over reads how long a curriculum takes.
func over(a registry.Args) (o Over, err error) {
	if a.Has("until") && a.Has("steps") {
		return o, errors.New("until= and steps= say the same; give one")
	}
	if o.Steps, err = a.Int("steps", 0, 1, math.MaxInt32); err != nil || o.Steps > 0 {
		return o, err
	}
	o.Until, err = a.Float("until", 0.5, 1e-9, 1)
	return o, err
}

// share is how much of a curriculum is over, from 0 to 1.
func (o Over) share(p Progress) float64 {
	steps := float64(o.Steps)
	if o.Steps == 0 {
		steps = o.Until * float64(p.Steps)
	}
	return min(1, float64(p.Step)/max(1, steps))
}

// CheckCurriculum reports a curriculum that ends beyond a stage of so many steps.
func CheckCurriculum(c Curriculum, steps int) error {
	if n := c.Over().Steps; n > steps {
		return fmt.Errorf("it takes %d steps, and the stage has %d: give at most steps=%d, or a part of the stage, such as until=0.5", n, steps, steps)
	}
	return nil
}

// grows reports why a pass's rule cannot grow; nil if there is nothing to grow.
func grows(p *Pass) error {
	if p.Pruner == nil {
		return nil
	}
	if _, ok := pruners.Grow(p.Pruner, 0); !ok {
		return fmt.Errorf("pruner %s cannot drop less at first; leave the curriculum out", p.Pruner.Spec())
	}
	if p.Steer != nil {
		return errors.New("a rule that grows cannot be steered towards a budget too; leave one of them out")
	}
	return nil
}

// prepareCurriculum checks that the stage's curriculum fits it.
func (t *Trainer) prepareCurriculum() error {
	c := t.o.Curriculum
	if c == nil {
		return nil
	}
	err := CheckCurriculum(c, t.o.Steps)
	t.cutter, _ = c.(Cutter)
	t.grower, _ = c.(Grower)
	t.weigher, _ = c.(Weigher)
	prunes := false
	for i := range t.o.Passes {
		p := &t.o.Passes[i]
		prunes = prunes || p.Pruner != nil
		if t.grower != nil && err == nil {
			err = grows(p)
		}
	}
	if t.grower != nil && !prunes && err == nil {
		err = errors.New("no pass of the stage drops tokens")
	}
	if err != nil {
		return fmt.Errorf("curriculum: %w", err)
	}
	return nil
}

// setRule gives pass i the rule of this step, where it has another in each.
func (t *Trainer) setRule(i int, p *pass) {
	if p.Pruner == nil || t.grower == nil && !p.Sample {
		return
	}
	if p.Steer == nil {
		p.rule = p.Pruner
	}
	if t.grower != nil {
		p.rule, _ = pruners.Grow(p.rule, t.grower.Grown(Progress{t.done, t.o.Steps}))
	}
	if p.Sample {
		p.rule, _ = pruners.Sample(p.rule, pruners.Key{Seed: t.o.Seed, Step: uint64(t.done*len(t.passes) + i)})
	}
	p.run.SetPruner(p.rule)
}

// cut returns the examples of a step, as its curriculum has them, packed.
func (t *Trainer) cut(examples []Example, which []int) Batch {
	if t.cutter == nil {
		return pack(examples, which)
	}
	own, all := make([]Example, len(which)), make([]int, len(which))
	for i, w := range which {
		own[i], all[i] = t.cutter.Cut(Progress{t.done, t.o.Steps}, examples[w]), i
	}
	return pack(own, all)
}

// Tokens is how many tokens all steps of a batching learn from, once for each pass that counts.
func (t *Trainer) Tokens(examples []Example, s Batching) (n int) {
	step := 0
	for epoch := range s.Epochs {
		for _, which := range s.Batches(examples, epoch) {
			if step == t.o.Steps {
				return n
			}
			for _, w := range which {
				x := examples[w]
				if t.cutter != nil {
					x = t.cutter.Cut(Progress{step, t.o.Steps}, x)
				}
				n += len(x.IDs) * max(1, s.Passes)
			}
			step++
		}
	}
	return n
}
