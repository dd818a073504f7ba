package sweep

import (
	"context"
	"fmt"
	"path/filepath"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/bench/search"
	"ltpbench/internal/atomicfile"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// logFile is the file of a search under way, in its partial folder.
const logFile = "search.log"

// readFronts reads the fronts that a plan names, by method.
func readFronts(p *plan.Plan, layers int) (map[string]*search.Front, error) {
	fronts := map[string]*search.Front{}
	for _, name := range p.Searches().Fronts {
		path, err := plan.Path(name)
		if err != nil {
			return nil, err
		}
		f, err := search.ReadFront(path)
		if err != nil {
			return nil, fmt.Errorf("search: fronts: %w", err)
		}
		measured := false
		for _, text := range p.Methods {
			m, err := plan.ParseMethod(text)
			measured = measured || err == nil && m.Name == f.Method && m.Searched() != nil
		}
		switch {
		case !measured:
			return nil, fmt.Errorf("search: fronts: %s is the front of %s, which is none of the plan's methods; take it out", path, f.Method)
		case f.Layers != layers:
			return nil, fmt.Errorf("search: fronts: %s is for models of %d layers, and this one has %d; search anew", path, f.Layers, layers)
		case fronts[f.Method] != nil:
			return nil, fmt.Errorf("search: fronts: %s is the second front of %s; name one", path, f.Method)
		}
		fronts[f.Method] = f
	}
	return fronts, nil
}

// searching is the job that finds the front of a cell's method, on weights that origin stands
// for; nil where the front is known or another seed's job finds it. The front's job is noted in
// the cell.
func (w *worker) searching(c *cell, origin string) *Job {
	if w.subject.fronts[c.method] != nil {
		return nil
	}
	set, rule := w.plan.Searches(), c.Method.Rule(c.Seed)
	first := fmt.Sprint(c.method, " ", c.Tuned)
	if set.FirstSeed && w.searches[first] != "" {
		c.searched = w.searches[first]
		return nil
	}
	tokens := set.Candidates() * ragged.Tokens(w.subject.held[:min(set.Texts, len(w.subject.held))])
	if _, sampled := pruners.As[pruners.Sampled](rule); sampled {
		tokens *= 2 // calibrated, then scored
	}
	j := w.job(Search, c, tokens)
	j.Candidates = set.Candidates()
	j.Name, j.Spec.Budget = fmt.Sprintf("search of %s, seed %d", c.method, c.Seed), ""
	if !c.Tuned {
		j.Name = fmt.Sprintf("search of %s, not fine-tuned, seed %d", c.method, c.Seed)
	}
	j.Key = w.key([]any{"search", set, c.Seed, rule.Spec().String(), origin})
	c.searched, w.searches[first] = j.Key, j.Key
	return j
}

// search carries out a Search job: it evaluates candidates on held-out training text, without
// timing, and stores the front. Where ctx ends, the log stays, and the same job resumes from there.
func (w *worker) search(ctx context.Context, j *Job) error {
	c, s, set := j.cell, w.subject, w.plan.Searches()
	weights, err := w.weightsOf(c)
	if err != nil {
		return err
	}
	e, err := model.New(w.device, weights)
	if err != nil {
		return err
	}
	defer e.Close()
	held := s.held[:min(set.Texts, len(s.held))]
	truth := s.corpus.task.Truth(s.corpus.held[:len(held)])
	partial := w.store.Partial(j.Key)
	if err := atomicfile.MkdirAll(partial); err != nil {
		return err
	}
	log, err := search.OpenLog(filepath.Join(partial, logFile))
	if err != nil {
		return err
	}
	defer log.Close()
	what, step := j.Name, j.weight()/float64(set.Candidates())
	w.advance(what, step*float64(log.Known()))
	layers := s.weights.Config.Layers
	run := search.Search{Settings: set.Settings, Seed: c.Seed, Layers: layers, First: c.Method.Searched().First}
	run.Evaluate = func(_ context.Context, r pruners.Rates) (float64, float64, error) {
		rule, _ := pruners.WithRates(c.Method.Rule(c.Seed), r)
		x, err := recipe.Try(e, rule, held, truth)
		w.advance(what, step)
		return x.Paper, x.Value(), err
	}
	found, err := run.Run(ctx, log)
	if err != nil {
		return err
	}
	front := search.Front{Method: c.method, Layers: layers, Seed: c.Seed, Settings: set.Settings, Held: len(held), Front: found}
	text, err := front.Bytes()
	if err != nil {
		return err
	}
	if err := w.store.Put(j.Key, &recipe.Outcome{}, map[string][]byte{search.FrontFile: text}); err != nil {
		return err
	}
	return atomicfile.RemoveAll(partial)
}

// front returns what was found for a cell's method.
func (w *worker) front(c *cell) (*search.Front, error) {
	if f := w.subject.fronts[c.method]; f != nil {
		return f, nil
	}
	if !w.store.Has(c.searched) {
		return nil, w.missing(c.searched)
	}
	if err := w.store.Verify(c.searched); err != nil {
		return nil, err
	}
	return search.ReadFront(filepath.Join(w.store.Path(c.searched), search.FrontFile))
}

// start is the rule that a cell's budget is met from: of a searched method the candidate that needs
// nearest to it.
func (w *worker) start(c *cell) (pruners.Pruner, error) {
	rule := c.Method.Rule(c.Seed)
	if c.Method.Searched() == nil {
		return rule, nil
	}
	f, err := w.front(c)
	if err != nil {
		return nil, err
	}
	rule, _ = pruners.WithRates(rule, search.Nearest(f.Front, c.Budget).Rates)
	return rule, nil
}
