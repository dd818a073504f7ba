package results

import "testing"

func TestThrottled(t *testing.T) {
	card := func(when, held string, values ...Value) Point {
		return Point{Name: CardName, Keys: []Key{{KeyWhen, when}, {KeyHeld, held}}, Values: values}
	}
	for want, points := range map[string][]Point{
		"": {card("begin", "power-cap"), card(WhenTiming, "idle"), card("end", "heat"), {Name: "Run", Keys: []Key{{KeyHeld, "x"}}}},
		"the card's clocks were held down while it was timed: power-cap, heat; the lowest was 1410 MHz": {card("begin", ""), card(WhenTiming, "idle+power-cap+heat", Value{ClockMHz, 1410})},
		"the card's clocks were held down while it was timed: 0x200":                                    {card(WhenTiming, "0x200", Value{Celsius, 60})},
	} {
		if got := (&Record{Points: points}).Throttled(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
