package pruners

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rates are the shares of a sequence's original length that leave each layer, from layer
// 0 on; none is larger than the one before.
type Rates []float64

// ratesKey is the parameter of rules that have Rates.
const ratesKey = "rates"

// ParseRates reads rates separated by colons.
func ParseRates(list string) (Rates, error) {
	var r Rates
	for i, text := range strings.Split(list, ":") {
		x, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil || !(x > 0 && x <= 1):
			return nil, fmt.Errorf("%s: %q, of layer %d, is not a number above 0 and up to 1", ratesKey, text, i)
		case i > 0 && x > r[i-1]:
			return nil, fmt.Errorf("%s: layer %d keeps %s, more than the %s of the layer before; no dropped token comes back, so let them fall from layer to layer", ratesKey, i, text, number(r[i-1], 64))
		}
		r = append(r, x)
	}
	return r, nil
}

// String is what ParseRates reads.
func (r Rates) String() string {
	list := make([]string, len(r))
	for i, x := range r {
		list[i] = number(x, 64)
	}
	return strings.Join(list, ":")
}

// check reports rates for another number of layers.
func (r Rates) check(rule Spec, layers int) error {
	if len(r) == layers {
		return nil
	}
	return fmt.Errorf("pruner %s has %d rates, and the model %d layers: give one for each layer, that of layer 0 first", rule, len(r), layers)
}

// tuned returns r to the power x/(1-x), which keeps everything at x = 0, leaves r as it is at
// 1/2, and keeps next to nothing at 1 where r drops anything.
func (r Rates) tuned(x float64) Rates {
	power := math.Inf(1)
	if x < 1 {
		power = max(0, x) / (1 - x)
	}
	out := make(Rates, len(r))
	for i, rate := range r {
		out[i] = max(0.0001, fourDigits(math.Pow(rate, power)))
	}
	return out
}
