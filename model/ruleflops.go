package model

import "ltpbench/pruners"

// PaperBy is Paper of a pruner, with its own networks.
func PaperBy(c *Config, p pruners.Pruner, a, f []int) int64 {
	return Paper(c, a, f) + networks(c, p, a, true)
}

// ExecutedBy is Executed of a pruner: with its own networks, and with the context and output projection
// of all asking rows where it merges, since new rows are made of what came out of attention. whole means that all
// rows of the last layer are computed; else nothing scores there.
func ExecutedBy(c *Config, p pruners.Pruner, q, a, f []int, whole bool) int64 {
	sum := Executed(c, q, a, f) + networks(c, p, a, whole)
	if _, merges := pruners.As[pruners.Merger](p); merges {
		d := int64(c.Width)
		for l := range a {
			if pruners.Decides(p, l, c.Layers) && (whole || l < c.Layers-1) {
				sum += 2 * int64(q[l]-f[l]) * (d*int64(a[l]) + d*d)
			}
		}
	}
	return sum
}

// networks counts what a pruner's own networks take for one sequence.
func networks(c *Config, p pruners.Pruner, a []int, whole bool) (sum int64) {
	for l, n := range a {
		if l == c.Layers-1 && !whole {
			break
		}
		if net := pruners.NetOf(p, l, c.Layers, c.Width); net != nil {
			sum += int64(n) * net.FLOPs(c.Width)
		}
	}
	return sum
}
