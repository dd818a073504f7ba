package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/internal/ragged"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// list makes the record's jobs, in an order in which each comes after what it needs: cell after
// cell what makes it and what evaluates it, and last what times all of them. It is the one walk
// over a sweep's work: sweeps do it, forecasts and progress bars sum it.
func (w *worker) list() error {
	measured := ragged.Tokens(w.subject.measured)
	var evaluations []string
	for _, c := range w.cells {
		needs, origin := []string(nil), w.subject.hash
		if w.subject.untrained() {
			base := w.base(c.Seed)
			needs, origin = append(needs, base.Key), base.Key
		}
		if !c.known {
			var err error
			if needs, err = w.making(c, origin, needs); err != nil {
				return err
			}
			origin = c.making
		}
		j := w.job(Evaluate, c, measured)
		j.Needs = needs
		learned := ""
		if c.known {
			learned = pruners.StateOf(c.rule).Hash()
		}
		j.Key = w.key(struct {
			Part, Origin        string
			Spec                Spec
			Cell, Learned, Text string
			Whole               bool
		}{w.part.path, origin, j.Spec, c.String(), learned, w.subject.dataHash, w.plan.Measure.Exact})
		w.jobs, evaluations = append(w.jobs, j), append(evaluations, j.Key)
	}
	passes := measured * w.timed() / len(w.subject.measured) * (1 + w.plan.Measure.Rounds)
	passes += ragged.Tokens(w.subject.measured[:min(w.plan.Measure.Latency, len(w.subject.measured))])
	w.jobs = append(w.jobs, &Job{Kind: Time, Key: w.key([]any{evaluations, w.plan.Measure}), Needs: evaluations, Part: w.part.path, Name: "times of all cells", Tokens: passes * len(w.cells)})
	return nil
}

// base returns the job that makes a seed's base, and lists it the first time.
func (w *worker) base(seed uint64) *Job {
	if w.bases[seed] == nil {
		r := w.baseRecipe(seed)
		w.bases[seed] = &Job{Kind: Base, Key: w.key([]any{r.Identity(), w.subject.hash}), Part: w.part.path, Name: fmt.Sprintf("unpruned model, seed %d", seed),
			Steps: w.steps(r), Tokens: w.tokens(r), Spec: Spec{Seed: seed, Recipe: &r}}
		w.jobs = append(w.jobs, w.bases[seed])
	}
	return w.bases[seed]
}

// making lists the jobs that make a cell's weights and rule, or its rule alone, from weights that
// origin stands for, and returns needs with their keys. A training that serves all budgets is
// listed once.
func (w *worker) making(c *cell, origin string, needs []string) ([]string, error) {
	add := func(j *Job) {
		if !slices.ContainsFunc(w.jobs, func(other *Job) bool { return other.Key == j.Key }) {
			j.Needs = needs
			w.jobs = append(w.jobs, j)
		}
		c.making, needs = j.Key, append(needs[:len(needs):len(needs)], j.Key)
	}
	if c.Tuned {
		j, err := w.training(c, origin)
		if err != nil {
			return nil, err
		}
		add(j)
		c.trained = j.Key
		if !w.shared(c) {
			return needs, nil
		}
		origin = j.Key
	}
	if c.Method.Searched() != nil {
		if j := w.searching(c, origin); j != nil {
			add(j)
		} else if c.searched != "" {
			needs = append(needs[:len(needs):len(needs)], c.searched)
		}
	}
	add(w.fitting(c, origin))
	return needs, nil
}

// training is the job that makes a tuned cell's weights, and its rule unless the training is shared.
func (w *worker) training(c *cell, origin string) (*Job, error) {
	r := w.recipe(c)
	j := w.job(Train, c, w.tokens(r))
	j.Steps, j.Spec.Recipe, j.Spec.Rule = w.steps(r), &r, r.Pruner
	if w.shared(c) {
		rule := pruners.Series(pruners.Trained(c.Method.Rule(c.Seed)))
		j.Name, j.Spec.Method, j.Spec.Budget = fmt.Sprintf("%s, all budgets, seed %d", rule, c.Seed), rule, ""
	}
	in := recipe.Input{Weights: w.subject.weights, Tokenizer: w.subject.words}
	if err := w.teacher(&r, &in); err != nil {
		return nil, err
	}
	j.Key = w.key([]any{r.Identity(), origin, r.Teacher == plan.Base, w.teacherHash})
	return j, nil
}

// fitting is the job that brings a cell's rule to its budget, on weights that origin stands for.
func (w *worker) fitting(c *cell, origin string) *Job {
	rule, tokens := c.Method.Rule(c.Seed), 0
	if _, counted := pruners.As[pruners.Counted](rule); !counted {
		tokens = searches * ragged.Tokens(w.subject.held)
	}
	j := w.job(Fit, c, tokens)
	j.Spec.Rule = rule.Spec().String()
	of := []any{"fit", j.Spec.Rule, c.Budget, origin}
	if c.Method.Searched() != nil {
		of = append(of, c.searched, w.subject.fronts[c.method])
	}
	j.Key = w.key(of)
	return j
}

// searches is about how often a rule is run on the held-out text to bring it to a budget.
const searches = 12

// job is a cell's, without key and needs.
func (w *worker) job(kind Kind, c *cell, tokens int) *Job {
	j := &Job{Kind: kind, Part: w.part.path, Name: c.String(), Tokens: tokens, cell: c, Spec: Spec{Seed: c.Seed, Method: c.method, Budget: c.budget}}
	if c.known {
		j.Spec.Rule = c.rule.Spec().String()
	}
	return j
}

// key stands for something that JSON tells apart, on the subject's training text. Build, processor
// and number of threads do not belong to it, so that another build or machine finds what has
// the same bits.
func (w *worker) key(of any) string {
	what, err := json.Marshal(of)
	if err != nil {
		panic("sweep: what a key identifies is always JSON")
	}
	sum := sha256.Sum256(fmt.Appendf(what, "\n%s %s", w.subject.trainHash, train.Numerics(w.device)))
	return hex.EncodeToString(sum[:8])
}
