package model

import "ltpbench/pruners"

// PaperBy is Paper of a pruner for a sequence of n tokens, with its own networks.
func PaperBy(c *Config, p pruners.Pruner, n int, a, f []int) int64 {
	return Paper(c, a, f) + networks(c, p, n, a, f, true)
}

// ExecutedBy is Executed of a pruner for a sequence of n tokens: with its own networks, and with the context and
// output projection of all asking rows where it merges after attention, since new rows are made of what came out of
// it. whole means that all rows of the last layer are computed; else nothing scores there after attention.
func ExecutedBy(c *Config, p pruners.Pruner, n int, q, a, f []int, whole bool) int64 {
	sum := Executed(c, q, a, f) + networks(c, p, n, a, f, whole)
	if _, merges := pruners.As[pruners.Merger](p); merges {
		d := int64(c.Width)
		for l := range a {
			if pruners.Decides(p, l, c.Layers) && !pruners.Before(p, l, c.Layers) && (whole || l < c.Layers-1) {
				sum += 2 * int64(q[l]-f[l]) * (d*int64(a[l]) + d*d)
			}
		}
	}
	return sum
}

// networks counts what a pruner's own networks take for a sequence of n tokens: they read what reaches a layer where
// the pruner decides before attention, else what is left of it.
func networks(c *Config, p pruners.Pruner, n int, a, f []int, whole bool) (sum int64) {
	for l, reads := range a {
		before := pruners.Before(p, l, c.Layers)
		if before {
			reads = n
			if l > 0 {
				reads = f[l-1]
			}
		}
		if l == c.Layers-1 && !whole && !before {
			break
		}
		if net := pruners.NetOf(p, l, c.Layers, c.Width); net != nil {
			sum += int64(reads) * net.FLOPs(c.Width)
		}
	}
	return sum
}
