package hw

// Condition is what a card tells of itself at a moment. It decides how fast the
// card is, so it belongs to everything that is timed. What the card does not tell is 0.
type Condition struct {
	Clock, MemoryClock float64  // of the multiprocessors and the memory, MHz
	Power              float64  // watts
	Temperature        float64  // degrees Celsius
	Held               []string // what holds the clocks down, such as "power-cap"
	Untold             string   // which figures are missing, and why
}
