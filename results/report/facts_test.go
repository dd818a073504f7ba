package report

import (
	"testing"

	"ltpbench/results"
)

func TestFacts(t *testing.T) {
	card := func(when, held string, values ...results.Value) results.Point {
		return results.Point{Name: results.CardName, Keys: []results.Key{{Name: results.KeyWhen, Value: when}, {Name: results.KeyThrottled, Value: held}}, Values: values}
	}
	for want, points := range map[string][]results.Point{
		"": {card("begin", "power-cap"), card(results.WhenTiming, "idle"), card("end", "heat"), {Name: "Run", Keys: []results.Key{{Name: results.KeyThrottled, Value: "x"}}}},
		"the card was throttled while it was timed: power-cap, heat; the lowest clock was 1410 MHz": {card("begin", ""), card(results.WhenTiming, "idle+power-cap+heat", results.Value{Unit: results.ClockMHz, Value: 1410})},
		"the card was throttled while it was timed: 0x200":                                          {card(results.WhenTiming, "0x200", results.Value{Unit: results.Celsius, Value: 60})},
		"peak memory of the whole run: 300 MiB":                                                     {{Name: "Run", Values: []results.Value{{Unit: results.PeakBytes, Value: 300 << 20}}}},
	} {
		got := Facts(&results.Record{Points: points})
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0] != want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
