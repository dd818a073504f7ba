package hw

import "testing"

func TestConditionString(t *testing.T) {
	for want, c := range map[string]Condition{
		"1410 MHz, memory 1593 MHz, 250 W, 61 °C, throttled by power-cap and heat": {Clock: 1410, MemoryClock: 1593, Power: 250.4, Temperature: 61, Throttled: []string{"power-cap", "heat"}},
		"210 MHz, unavailable: power (Not Supported)":                              {Clock: 210, Unavailable: "power (Not Supported)"},
	} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
