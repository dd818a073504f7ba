package results

// Names of the lines with a card's readings while it was timed, and of their keys.
const (
	CardName     = "Card"
	KeyWhen      = "when"      // WhenTiming, or begin or end
	KeyThrottled = "throttled" // what throttled the card, + between reasons
	WhenTiming   = "timing"
)
