//go:build cuda && cgo

package cuda

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"strings"
	"unsafe"

	"ltpbench/hw"
)

// meter is NVML, which reports clocks, power and temperature. Nothing needs it.
type meter struct{ nvml *C.shimNVML }

// openMeter opens NVML in a folder, or where the system has it if it is empty, for
// the card at a place of the PCI bus.
func openMeter(folder, bus string) (*meter, error) {
	path, id := C.CString(folder), C.CString(bus)
	defer C.free(unsafe.Pointer(path))
	defer C.free(unsafe.Pointer(id))
	m := &meter{}
	if err := failed(C.shimOpenNVML(path, id, &m.nvml)); err != nil {
		return nil, fmt.Errorf("NVML (libnvidia-ml, a part of the driver) does not open: %w", err)
	}
	return m, nil
}

// metered opens the meter of a card.
func metered(ordinal int, folder string) (*meter, error) {
	var bus [32]C.char
	if err := failed(C.shimBus(C.int(ordinal), &bus[0], C.int(len(bus)))); err != nil {
		return nil, err
	}
	return openMeter(folder, C.GoString(&bus[0]))
}

// holds are NVML's reasons for clocks that are lower than they might be.
var holds = []struct {
	bit  uint64
	name string
}{
	{C.NVML_REASON_GpuIdle, "idle"},
	{C.NVML_REASON_ApplicationsClocksSetting, "clocks-set"},
	{C.NVML_REASON_SwPowerCap, "power-cap"},
	{C.NVML_REASON_HwSlowdown, "hardware"},
	{C.NVML_REASON_SyncBoost, "sync-boost"},
	{C.NVML_REASON_SwThermalSlowdown, "heat"},
	{C.NVML_REASON_HwThermalSlowdown, "heat-hardware"},
	{C.NVML_REASON_HwPowerBrakeSlowdown, "power-brake"},
	{C.NVML_REASON_DisplayClockSetting, "display"},
}

// condition reads what the card reports now.
func (m *meter) condition() hw.Condition {
	var c hw.Condition
	var unavailable []string
	read := func(figure C.int, name string) uint64 {
		var value C.ulonglong
		if err := failed(C.shimFigure(m.nvml, figure, &value)); err != nil {
			unavailable = append(unavailable, fmt.Sprintf("%s (%v)", name, err))
			return 0
		}
		return uint64(value)
	}
	c.Clock = float64(read(C.SHIM_SM_CLOCK, "clock"))
	c.MemoryClock = float64(read(C.SHIM_MEMORY_CLOCK, "memory clock"))
	c.Power = float64(read(C.SHIM_POWER, "power")) / 1e3
	c.Temperature = float64(read(C.SHIM_TEMPERATURE, "temperature"))
	c.Throttled = throttled(read(C.SHIM_REASONS, "throttling"))
	c.Unavailable = strings.Join(unavailable, ", ")
	return c
}

// throttled names the reasons; one that is newer than this list goes by its bits.
func throttled(reasons uint64) (names []string) {
	for _, h := range holds {
		if reasons&h.bit != 0 {
			names = append(names, h.name)
			reasons &^= h.bit
		}
	}
	if reasons != 0 {
		names = append(names, fmt.Sprintf("%#x", reasons))
	}
	return names
}

// Condition returns what the card reports about itself now, or why it reports nothing.
func (d *device) Condition() (hw.Condition, error) {
	if d.meter == nil {
		return hw.Condition{}, d.unmetered
	}
	return d.meter.condition(), nil
}
