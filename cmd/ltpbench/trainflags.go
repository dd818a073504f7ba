package main

import (
	"fmt"

	"ltpbench/bench/recipe"
	"ltpbench/model/train"
)

// recipe is what the flags ask for.
func (c *trainCmd) recipe() recipe.Recipe {
	r := recipe.Recipe{
		Model: c.Model, Examples: c.Examples, Epochs: c.Epochs, Batch: c.Batch, Tokens: c.Tokens, MaxLength: usualLength,
		Rate: c.Rate, Decay: c.Decay, Clip: c.Clip, Dropout: c.Dropout, Freeze: train.Freeze(c.Freeze), Seed: c.Seed, Whole: c.Whole,
		Units: c.Units, Vocabulary: c.Vocab, Half: c.Half, Difference: c.Differ, Rank: c.Rank, Teacher: c.Teacher, Hidden: c.Hidden,
		Pruner: c.Pruner, Learn: c.Learn, Budget: c.Budget,
	}
	set(&r.MaxLength, c.MaxLength)
	if c.Tokens > 0 {
		r.Batch = 0
	}
	if c.Rank > 0 {
		r.CutRate = 5e-4
		set(&r.CutRate, c.CutRate)
	}
	if c.Learn {
		r.Lambda, r.Temperature, r.LearnerRate, r.Over = 0.03, 1e-3, 1e-3, train.Real
		r.Steer = c.Budget > 0 && c.Lambda == nil
		set(&r.Lambda, c.Lambda)
		set(&r.Temperature, c.Temperature)
		set(&r.LearnerRate, c.LearnerRate)
		if c.Padded {
			r.Over = train.PaddedPositions
		}
	}
	return r
}

// idle reports the first flag that was given and would do nothing.
func (c *trainCmd) idle() error {
	for _, x := range []struct {
		given       bool
		flag, needs string
	}{
		{!c.Learn && c.Lambda != nil, "lambda", "learn"}, {!c.Learn && c.Padded, "padded", "learn"},
		{!c.Learn && c.Temperature != nil, "temperature", "learn"}, {!c.Learn && c.LearnerRate != nil, "learner-rate", "learn"},
		{c.Rank == 0 && c.CutRate != nil, "cut-rate", "rank"},
	} {
		if x.given {
			return fmt.Errorf("--%s does nothing without --%s: give both or neither", x.flag, x.needs)
		}
	}
	if c.Every < 0 {
		return fmt.Errorf("--every %v: it has to be 0 (two minutes) or more", c.Every)
	}
	return nil
}

// usualLength is the most tokens of a text if --max-length is not given: published
// code's.
const usualLength = 128

// fit cuts the recipe's length to what its models take, or reports that --max-length
// is more than that.
func (c *trainCmd) fit(r *recipe.Recipe, in *recipe.Input) error {
	limit, dir := in.Weights.Config.MaxLength(), c.Model
	if in.Teacher != nil && in.Teacher.Config.MaxLength() < limit {
		limit, dir = in.Teacher.Config.MaxLength(), c.Teacher
	}
	if c.MaxLength != nil && *c.MaxLength > limit {
		return fmt.Errorf("--max-length %d: %s takes 1 to %d tokens", *c.MaxLength, dir, limit)
	}
	r.MaxLength = min(r.MaxLength, limit)
	return nil
}
