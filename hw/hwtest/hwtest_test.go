package hwtest

import (
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
)

// TestSuiteCanFail: each broken device fails the check that is there for it, and
// says so rather than panics.
func TestSuiteCanFail(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			open := func(o hw.Options) (hw.Device, error) {
				d, err := hw.Open("cpu", o)
				if err != nil {
					return nil, err
				}
				return f.breaks(d.(hw.Backward)), nil
			}
			for _, c := range checks {
				if c.name != f.fails {
					continue
				}
				if failures, _ := c.on(open); len(failures) == 0 {
					t.Errorf("the check %q passes a device that %s", c.name, f.name)
				}
				return
			}
			t.Errorf("there is no check %q", f.fails)
		})
	}
}

// TestSkips: a device that does not train is not asked to.
func TestSkips(t *testing.T) {
	for _, c := range checks {
		_, skipped := c.on(func(o hw.Options) (hw.Device, error) {
			d, err := hw.Open("cpu", o)
			return struct{ hw.Device }{d}, err
		})
		if skipped != c.backward {
			t.Errorf("check %q: skipped is %v", c.name, skipped)
		}
	}
}
