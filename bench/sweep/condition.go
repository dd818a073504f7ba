package sweep

import (
	"fmt"
	"strings"
	"time"

	"ltpbench/hw"
	"ltpbench/results"
)

// availability describes, for the record, whether the device reports its condition; empty for one
// that has none, such as a CPU.
func availability(d hw.Device) string {
	s, ok := d.(hw.Sensor)
	if !ok {
		return ""
	}
	c, err := s.Condition()
	switch {
	case err != nil:
		return "not read: " + err.Error()
	case c.Unavailable != "":
		return "read, without " + c.Unavailable
	}
	return "read"
}

// pause is the least time between two readings: cards measure no faster.
const pause = 100 * time.Millisecond

// watch reads a card's condition while it is timed. Without a sensor it does nothing.
type watch struct {
	sensor            hw.Sensor
	at                time.Time // of the last reading
	readings          int
	begin, worst, end hw.Condition
	err               error // of the first reading that failed
}

func newWatch(d hw.Device) *watch {
	s, _ := d.(hw.Sensor)
	return &watch{sensor: s}
}

// look reads, unless that was done a moment ago. It is called while nothing is timed.
func (w *watch) look() {
	if time.Since(w.at) >= pause {
		w.read()
	}
}

func (w *watch) read() {
	if w.sensor == nil || w.err != nil {
		return
	}
	c, err := w.sensor.Condition()
	if err != nil {
		w.err = err
		return
	}
	w.at, w.end = time.Now(), c
	if w.readings++; w.readings == 1 {
		w.begin, w.worst = c, c
		return
	}
	w.worst = worse(w.worst, c)
}

// worse joins readings: the lower clocks, the higher power and temperature, and all
// that held the clocks down.
func worse(a, b hw.Condition) hw.Condition {
	a.Clock, a.MemoryClock = min(a.Clock, b.Clock), min(a.MemoryClock, b.MemoryClock)
	a.Power, a.Temperature = max(a.Power, b.Power), max(a.Temperature, b.Temperature)
	for _, reason := range b.Throttled {
		if !strings.Contains("+"+strings.Join(a.Throttled, "+")+"+", "+"+reason+"+") {
			a.Throttled = append(a.Throttled[:len(a.Throttled):len(a.Throttled)], reason)
		}
	}
	return a
}

// points are the record's lines of what was read: none if nothing was.
func (w *watch) points() (list []results.Point) {
	for _, x := range []struct {
		when     string
		readings int
		hw.Condition
	}{{"begin", 1, w.begin}, {results.WhenTiming, w.readings, w.worst}, {"end", 1, w.end}} {
		p := results.Point{Name: results.CardName, Keys: []results.Key{{Name: results.KeyWhen, Value: x.when}}, Iters: x.readings}
		if len(x.Throttled) > 0 {
			p.Keys = append(p.Keys, results.Key{Name: results.KeyThrottled, Value: strings.Join(x.Throttled, "+")})
		}
		for _, v := range []results.Value{
			{Unit: results.ClockMHz, Value: x.Clock}, {Unit: results.MemoryMHz, Value: x.MemoryClock},
			{Unit: results.Watts, Value: x.Power}, {Unit: results.Celsius, Value: x.Temperature},
		} {
			if v.Value != 0 {
				p.Values = append(p.Values, v)
			}
		}
		if len(p.Values) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// warning reports that a reading failed although the first did not; else it is empty.
func (w *watch) warning() string {
	if w.err == nil || w.readings == 0 {
		return ""
	}
	return fmt.Sprintf("the card's condition could be read %d times and then no more: %v", w.readings, w.err)
}
