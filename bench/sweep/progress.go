package sweep

// backward is how much longer a step of training takes than a forward pass.
const backward = 3

// count adds up the record's work, in rows of a forward pass.
func (r *run) count() {
	rows := 0
	for _, x := range r.measured {
		rows += len(x.IDs)
	}
	alone := 0
	for i := range min(r.plan.Measure.Latency, len(r.measured)) {
		alone += len(r.measured[i].IDs)
	}
	seeds := map[uint64]bool{}
	for _, c := range r.cells {
		r.total += float64(rows + rows*r.timed()/len(r.measured)*(1+r.plan.Measure.Rounds) + alone)
		if r.untrained() && !seeds[c.Seed] {
			seeds[c.Seed] = true
			r.total += backward * float64(r.tokens(r.baseRecipe(c.Seed)))
		}
		if c.known || !c.Tuned {
			continue
		}
		if recipe, err := r.recipe(c); err == nil {
			r.total += backward * float64(r.tokens(recipe))
		}
	}
}

// advance reports that so many rows were run.
func (r *run) advance(what string, rows int) {
	r.done += float64(rows)
	if r.Progress != nil {
		r.Progress(what, r.done, max(r.total, r.done))
	}
}
