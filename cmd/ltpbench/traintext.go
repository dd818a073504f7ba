package main

import (
	"cmp"
	"fmt"
	"os"

	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
)

// texts reads the training text, and drops what must not be in it.
func (c *trainCmd) texts(o *output, in *recipe.Input) error {
	c.Split = cmp.Or(c.Split, "train")
	var err error
	if in.Task, in.Texts, err = c.read(o, c.Data, &in.Weights.Config, c.Model, true); err != nil {
		return err
	}
	if !in.Task.Regression() && !in.Task.Several && len(in.Task.Labels) < 2 {
		return fmt.Errorf("%s: there is only one label, %s: give text with all labels, or choose another column with --label", c.Data, in.Task.Labels[0])
	}
	if c.Keep {
		return nil
	}
	var tests [][]text.Example
	if info, err := os.Stat(c.Data); err == nil && info.IsDir() {
		if tests, err = in.Task.Measured(c.Data); err != nil {
			return err
		}
	}
	for _, path := range c.Test {
		format, err := c.format()
		if err != nil {
			return err
		}
		format.Task, format.Regression, format.Several = in.Task, false, false
		_, test, err := text.ReadFile(path, format)
		if err != nil {
			return err
		}
		tests = append(tests, test)
	}
	if in.Texts, in.Dropped = text.Clean(in.Texts, tests...); in.Dropped != (text.Dropped{}) {
		fmt.Fprintln(o.err, in.Dropped)
	}
	if len(in.Texts) == 0 {
		return fmt.Errorf("%s: all its texts occur in the test text; give other training text", c.Data)
	}
	return nil
}
