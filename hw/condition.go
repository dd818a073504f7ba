package hw

import (
	"fmt"
	"strings"
	"time"
)

// Condition is the state of a card at a moment. It decides how fast the
// card is, so it belongs to everything that is timed. What the card does not report is 0.
type Condition struct {
	Clock, MemoryClock float64  // of the multiprocessors and the memory, MHz
	Power              float64  // watts
	Temperature        float64  // degrees Celsius
	Throttled          []string // why the clocks are throttled, such as "power-cap"
	Unavailable        string   // which figures are missing, and why
}

// Sensor is implemented by devices that report their clocks, power and temperature.
type Sensor interface {
	// Condition returns the current readings, or an error that explains why there are none.
	Condition() (Condition, error)
}

// Clock is implemented by devices that measure time themselves.
type Clock interface {
	// Elapsed returns how long the device takes for what op requests.
	Elapsed(op func()) (time.Duration, error)
}

// String lists all available readings, with units.
func (c Condition) String() string {
	var parts []string
	for _, x := range []struct {
		format string
		value  float64
	}{{"%.0f MHz", c.Clock}, {"memory %.0f MHz", c.MemoryClock}, {"%.0f W", c.Power}, {"%.0f °C", c.Temperature}} {
		if x.value != 0 {
			parts = append(parts, fmt.Sprintf(x.format, x.value))
		}
	}
	if len(c.Throttled) > 0 {
		parts = append(parts, "throttled by "+strings.Join(c.Throttled, " and "))
	}
	if c.Unavailable != "" {
		parts = append(parts, "unavailable: "+c.Unavailable)
	}
	return strings.Join(parts, ", ")
}
