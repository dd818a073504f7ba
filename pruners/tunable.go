package pruners

import "math"

// Tunable is a rule of which one number says how much it drops, so that it can be
// brought to a budget.
type Tunable interface {
	Pruner
	// Strength returns the rule with that number set by x, 0 to 1: it drops least
	// at 0, most at 1, and more the larger x is. Numbers that are written out are
	// rounded to four decimals.
	Strength(x float64) Pruner
}

// Counted is a rule whose numbers of kept tokens follow from a sequence's length alone.
type Counted interface {
	Pruner
	// Kept is how many tokens of a sequence of full tokens leave the layer, if
	// that many are still alive.
	Kept(layer, layers, full int) int
}

// Strength implements Tunable: all thresholds are multiplied by 2^(32x-16), by 0
// where x is 0. One half leaves them as they are.
func (p Threshold) Strength(x float64) Pruner {
	if x <= 0 {
		return p.Scaled(0)
	}
	return p.Scaled(float32(math.Exp2(32*x - 16)))
}

// Strength implements Tunable: keep= is 1-x, rate= falls from 1 to -100 as 2-102^x.
func (p TopK) Strength(x float64) Pruner {
	if p.Flat != 0 {
		p.Flat = max(0.0001, fourDigits(1-x))
	} else {
		p.Rate = fourDigits(2 - math.Pow(102, x))
	}
	return p
}

// Kept implements Counted.
func (p TopK) Kept(layer, layers, full int) int {
	if rate := p.RateAt(layer, layers); rate < 1 {
		return min(full, Count(full, rate))
	}
	return full
}

// Strength implements Tunable: t= is x.
func (p Relative) Strength(x float64) Pruner {
	p.T = float32(fourDigits(x))
	return p
}

// Strength implements Tunable: keep= is 1-x.
func (p Random) Strength(x float64) Pruner {
	p.Share = max(0.0001, fourDigits(1-x))
	return p
}

// Kept implements Counted.
func (p Random) Kept(layer, layers, full int) int {
	if layer == 0 {
		return full
	}
	return min(full, Count(full, p.Share))
}

func fourDigits(x float64) float64 { return math.Round(x*1e4) / 1e4 }
