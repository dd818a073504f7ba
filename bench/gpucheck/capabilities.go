package gpucheck

import (
	"fmt"
	"io"

	"ltpbench/hw"
	"ltpbench/pruners"
)

// capabilities are the optional interfaces of devices. Their consumers find them by
// assertion and do without where one is absent, which on a card is slow at best: a
// signature that has drifted from its consumer's must not pass for absence.
var capabilities = []struct {
	name string
	of   func(hw.Device) bool
}{
	{"training (hw.Backward)", has[hw.Backward]},
	{"selection by threshold (pruners.ThresholdSelector)", has[pruners.ThresholdSelector]},
	{"selection by share (pruners.RelativeSelector)", has[pruners.RelativeSelector]},
	{"selection of the best (pruners.BestSelector)", has[pruners.BestSelector]},
	{"clock (hw.Clock)", has[hw.Clock]},
	{"clocks, power and temperature (hw.Sensor)", has[hw.Sensor]},
	{"bytes of memory (hw.Footprint)", has[hw.Footprint]},
}

func has[T any](d hw.Device) bool { _, ok := d.(T); return ok }

// Capabilities lists which optional interfaces the device implements. A card has to
// implement all of them; the host's processor, which has threads, need not.
func (c *Check) Capabilities(w io.Writer, d hw.Device) (bool, error) {
	good := true
	for _, x := range capabilities {
		switch {
		case x.of(d):
			fmt.Fprintf(w, "%-52s ok\n", x.name)
		case d.Info().Threads > 0:
			fmt.Fprintf(w, "%-52s absent\n", x.name)
		default:
			good = false
			fmt.Fprintf(w, "%-52s MISSING: decisions or measurements that need it are made elsewhere or not at all\n", x.name)
		}
	}
	return good, nil
}
