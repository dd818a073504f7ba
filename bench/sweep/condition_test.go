package sweep

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/results"
)

// readings is a device that reports one condition after the other.
type readings struct {
	hw.Device
	list []hw.Condition
	err  error
}

func (d *readings) Condition() (hw.Condition, error) {
	if len(d.list) == 0 {
		return hw.Condition{}, d.err
	}
	c := d.list[0]
	d.list = d.list[1:]
	return c, nil
}

// TestWatch: the record gets the first reading, the last, and the worst of all.
func TestWatch(t *testing.T) {
	w := newWatch(&readings{list: []hw.Condition{
		{Clock: 1980, MemoryClock: 2619, Power: 300, Temperature: 50},
		{Clock: 1410, MemoryClock: 2619, Power: 690, Temperature: 71, Throttled: []string{"power-cap"}},
		{Clock: 1755, MemoryClock: 2619, Power: 400, Temperature: 74, Throttled: []string{"power-cap", "heat"}},
	}})
	for range 3 {
		w.read()
	}
	w.look() // too soon
	var got []string
	for _, p := range w.points() {
		name, err := p.FullName()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, name[:strings.LastIndex(name, "-")])
		if p.Iters != map[string]int{"begin": 1, "timing": 3, "end": 1}[p.Key("when")] {
			t.Errorf("%s: %d readings", name, p.Iters)
		}
	}
	if want := []string{"Card/when=begin", "Card/when=timing/throttled=power-cap+heat", "Card/when=end/throttled=power-cap+heat"}; !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	want := []results.Value{{Unit: "sm-MHz", Value: 1410}, {Unit: "memory-MHz", Value: 2619}, {Unit: "watts", Value: 690}, {Unit: "celsius", Value: 74}}
	if worst := w.points()[1].Values; !reflect.DeepEqual(worst, want) {
		t.Errorf("the worst is %v, want %v", worst, want)
	}
	if w.warning() != "" {
		t.Error(w.warning())
	}
}

// TestWatchWithout: a CPU has no condition; a card that does not tell it, or not all,
// or not any more, is said so.
func TestWatchWithout(t *testing.T) {
	type cpu struct{ hw.Device }
	lost := errors.New("lost")
	for _, c := range []struct {
		device                hw.Device
		availability, warning string
		lines                 int
	}{
		{cpu{}, "", "", 0},
		{&readings{err: lost}, "not read: lost", "", 0},
		{&readings{list: []hw.Condition{{Unavailable: "power (x)"}, {Clock: 5}, {Clock: 4}}}, "read, without power (x)", "", 3},
		{&readings{list: []hw.Condition{{Clock: 5}, {Clock: 5}}, err: lost}, "read", "1 times and then no more: lost", 3},
	} {
		if got := availability(c.device); got != c.availability {
			t.Errorf("availability %q, want %q", got, c.availability)
		}
		w := newWatch(c.device)
		w.read()
		w.read()
		if got := w.warning(); !strings.Contains(got, c.warning) || (got == "") != (c.warning == "") || len(w.points()) != c.lines {
			t.Errorf("%q: %q and %d lines, want %q and %d", c.availability, got, len(w.points()), c.warning, c.lines)
		}
	}
}
