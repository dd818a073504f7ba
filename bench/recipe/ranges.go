package recipe

import "fmt"

// inRange reports the first number of the recipe that makes no sense, by the flag of
// `ltpbench train` that sets it. NaN and infinities are in no range.
func (c *Recipe) inRange() error {
	type number struct {
		flag  string
		value any
		fits  bool
		need  string
	}
	share := func(x float32) bool { return x > 0 && x < 1 }
	weight := func(x float32) bool { return x >= 0 && x < 1e6 }
	const shares, weights, counts = "a number above 0 and below 1", "a number from 0 and below 1e6", "0 or more"
	list := []number{
		{"examples", c.Examples, c.Examples >= 0, counts + " (0: all)"},
		{"epochs", c.Epochs, c.Epochs >= 1, "1 or more"},
		{"batch-tokens", c.Tokens, c.Tokens >= 0, counts},
		{"batch", c.Batch, c.Batch >= 1 || c.Tokens > 0, "1 or more, or a number of tokens (--batch-tokens)"},
		{"max-length", c.MaxLength, c.MaxLength >= 1, "1 or more"},
		{"rate", c.Rate, share(c.Rate), shares},
		{"decay", c.Decay, weight(c.Decay), weights},
		{"clip", c.Clip, weight(c.Clip), weights + " (0: no clipping)"},
		{"units", c.Units, c.Units >= 0, counts + " (0: all)"},
		{"rank", c.Rank, c.Rank >= 0, counts + " (0: whole)"},
		{"hidden", c.Hidden, weight(c.Hidden), weights},
		{"budget", c.Budget, c.Budget >= 0 && c.Budget <= 1, "relative FLOPs from 0 to 1 (0: none)"},
	}
	if c.Rank > 0 {
		list = append(list, number{"cut-rate", c.CutRate, share(c.CutRate), shares})
	}
	if c.Learn {
		list = append(list,
			number{"lambda", c.Lambda, weight(c.Lambda), weights},
			number{"temperature", c.Temperature, share(c.Temperature), shares},
			number{"learner-rate", c.LearnerRate, share(c.LearnerRate), shares})
	}
	for _, n := range list {
		if !n.fits {
			return fmt.Errorf("--%s %v: it has to be %s", n.flag, n.value, n.need)
		}
	}
	return nil
}
