package pruners

// Growing is a rule of which training can begin with a weaker one.
type Growing interface {
	Pruner
	// Grown returns the rule with a share, 0 to 1, of what makes it drop tokens: nothing is dropped
	// at 0, 1 is the rule itself, and it drops more the larger the share.
	Grown(share float64) Pruner
}

// Grow returns a Growing rule with a share of what makes it drop tokens; ok is false for other rules.
func Grow(p Pruner, share float64) (grown Pruner, ok bool) {
	return rewrap(p, func(g Growing) Pruner {
		if share == 1 {
			return g
		}
		return g.Grown(share)
	})
}

// spared is a rate of which a share of what it drops is left.
func spared(rate, share float64) float64 { return 1 - (1-rate)*share }
