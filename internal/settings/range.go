package settings

import (
	"math"
	"strconv"
	"strings"
)

// interval is a range of numbers, as in mathematics: (0,1] is above 0 up to 1. An end
// that is missing is open: [1,) is 1 or more.
type interval struct {
	low, high         float64
	openLow, openHigh bool
	lowText, highText string
}

func parseRange(text string) interval {
	low, high, ok := strings.Cut(strings.Trim(text, "()[]"), ",")
	r := interval{math.Inf(-1), math.Inf(1), text[0] == '(', text[len(text)-1] == ')', low, high}
	var err error
	if ok && low != "" {
		r.low, err = strconv.ParseFloat(low, 64)
	}
	if ok && high != "" && err == nil {
		r.high, err = strconv.ParseFloat(high, 64)
	}
	if !ok || err != nil {
		panic("settings: " + text + " is no range")
	}
	return r
}

// holds reports whether x lies in the range; no NaN or infinity does.
func (r interval) holds(x float64) bool {
	return !math.IsInf(x, 0) && (x > r.low || x == r.low && !r.openLow) && (x < r.high || x == r.high && !r.openHigh)
}

// String describes the range as part of a sentence.
func (r interval) String() string {
	low := map[bool]string{true: "above ", false: "from "}[r.openLow] + r.lowText
	switch {
	case r.highText == "" && !r.openLow:
		return r.lowText + " or more"
	case r.highText == "":
		return low
	case r.openHigh:
		return low + " and below " + r.highText
	case r.openLow:
		return low + " and at most " + r.highText
	}
	return low + " to " + r.highText
}
