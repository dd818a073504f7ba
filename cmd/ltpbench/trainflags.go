package main

import (
	"fmt"
	"slices"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
)

// recipe is what the flags ask for.
func (c *trainCmd) recipe() (recipe.Recipe, error) {
	var first recipe.Recipe
	c.settings.Apply(&first)
	r := recipe.Default()
	if c.Plan != "" {
		p, err := plan.Read(c.Plan)
		if err != nil {
			return r, err
		}
		r.Settings, r.Stages = p.Training.Settings, p.Stages
		if r.Teacher == plan.Base {
			r.Teacher = c.Model
		}
	}
	if err := r.UsePreset(first.Preset); err != nil {
		return r, fmt.Errorf("--%w", err)
	}
	c.settings.Apply(&r)
	r.Model = c.Model
	if r.Taught() {
		r.Teacher = c.Model
	}
	set(&r.MaxLength, c.MaxLength)
	given := c.settings.Given()
	if slices.Contains(given, "lambda") && !slices.Contains(given, "steer") {
		r.Steer = false // a weight that was asked for stays
	}
	return r, nil
}

// idle reports the first flag that was given and would do nothing.
func (c *trainCmd) idle(r *recipe.Recipe) error {
	if name, needs := c.settings.Idle(r); name != "" {
		return fmt.Errorf("--%s does nothing without --%s: give both or neither", name, needs)
	}
	if c.Every < 0 {
		return fmt.Errorf("--every %v: it has to be 0 (two minutes) or more", c.Every)
	}
	return nil
}

// fit cuts the recipe's length to what its models take, or reports that --max-length
// is more than that.
func (c *trainCmd) fit(r *recipe.Recipe, in *recipe.Input) error {
	limit, dir := in.Weights.Config.MaxLength(), c.Model
	if in.Teacher != nil && in.Teacher.Config.MaxLength() < limit {
		limit, dir = in.Teacher.Config.MaxLength(), r.Teacher
	}
	if c.MaxLength != nil && *c.MaxLength > limit {
		return fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", *c.MaxLength, dir, limit)
	}
	r.MaxLength = min(r.MaxLength, limit)
	return nil
}
