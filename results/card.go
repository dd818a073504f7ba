package results

import (
	"fmt"
	"slices"
	"strings"
)

// Names of the lines that tell what a card told while it was timed, and of their keys.
const (
	CardName   = "Card"
	KeyWhen    = "when" // WhenTiming, or begin or end
	KeyHeld    = "held" // what held the clocks down, + between reasons
	WhenTiming = "timing"
)

// Throttled returns a line about what held a card's clocks down while it was timed,
// or "". That a card was idle when it was asked is none.
func (r *Record) Throttled() string {
	for i := range r.Points {
		p := &r.Points[i]
		if p.Name != CardName || p.Key(KeyWhen) != WhenTiming {
			continue
		}
		reasons := slices.DeleteFunc(strings.Split(p.Key(KeyHeld), "+"), func(s string) bool { return s == "" || s == "idle" })
		if len(reasons) == 0 {
			continue
		}
		text := "the card's clocks were held down while it was timed: " + strings.Join(reasons, ", ")
		if lowest, ok := p.Value(ClockMHz); ok {
			text += fmt.Sprintf("; the lowest was %.0f MHz", lowest)
		}
		return text
	}
	return ""
}
