package decide

import (
	"fmt"
	"math"
)

// Answer is whether pruning pays within the limits.
type Answer string

// The answers.
const (
	Yes        Answer = "yes"
	No         Answer = "no"
	CannotTell Answer = "cannot tell"
)

// judge answers from what was measured on the second half. It is yes only if the one-sided bound of the loss is within
// the limit, and the speed-up's whole interval too.
func (d *Decision) judge() {
	c := &d.Chosen
	if c.Rule == nil {
		d.Answer, d.Reason = No, "no rule that needs no training reaches a budget that would be fast enough on this model"
		return
	}
	loss, least, most := 100*c.Loss.Loss(), 100*c.Loss.Lower(Confidence), c.upper()
	speed, fast := c.Speedup(), c.SpeedupInterval()
	what := fmt.Sprintf("%s, the best point on the first half, runs %.2f times as fast [%.2f, %.2f] and %s, with a loss of at most %.1f (95 %%), on %d texts that it was not chosen on",
		c.Rule.Spec(), speed, fast.Low, fast.High, points(loss), most, d.Second)
	tooLossy, lossy := least > d.MaxLoss, most > d.MaxLoss
	tooSlow, slow := fast.High < d.MinSpeedup, fast.Low < d.MinSpeedup
	late := d.Latency > 0 && c.P95() > d.Latency
	if lossy && !tooLossy {
		if n, ok := c.Loss.Suffices(d.MaxLoss/100, Confidence); ok {
			d.Needed = 2 * n
		}
	}
	switch {
	case tooLossy:
		d.Answer, d.Reason = No, fmt.Sprintf("%s: more than the limit of %.3g, at least %.1f (95 %%)", what, d.MaxLoss, least)
	case tooSlow:
		d.Answer, d.Reason = No, fmt.Sprintf("%s: that is less than %.3g times as fast", what, d.MinSpeedup)
	case late:
		d.Answer, d.Reason = No, fmt.Sprintf("%s, but 95 of 100 texts take up to %.1f ms alone, more than %.1f", what, 1000*c.P95(), 1000*d.Latency)
	case lossy && d.Needed > 0:
		d.Answer, d.Reason = CannotTell, fmt.Sprintf("%s, and the limit of %.3g lies between: about %d different texts in all would suffice if answers keep changing at these rates", what, d.MaxLoss, roundUp(d.Needed))
	case lossy:
		d.Answer, d.Reason = CannotTell, fmt.Sprintf("%s: the loss seen is the limit of %.3g itself, so that no number of texts like these would tell", what, d.MaxLoss)
	case slow:
		d.Answer, d.Reason = CannotTell, fmt.Sprintf("%s: the times scatter round %.3g times as fast; an idle machine and more --rounds would tell", what, d.MinSpeedup)
	default:
		d.Answer, d.Reason = Yes, what
	}
}

// points writes a loss.
func points(loss float64) string {
	if loss < 0 {
		return fmt.Sprintf("gains %.1f points", -loss)
	}
	return fmt.Sprintf("loses %.1f points", loss)
}

// roundUp gives a number of texts two digits.
func roundUp(n int) int {
	unit := int(math.Pow(10, max(0, math.Floor(math.Log10(float64(n)))-1)))
	return (n + unit - 1) / unit * unit
}
