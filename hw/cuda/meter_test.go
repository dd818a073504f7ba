//go:build cuda && cgo

package cuda

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ltpbench/hw"
)

// place is where the simulated driver has its card.
const place = "0000:00:00.0"

// TestCondition: what NVML reports arrives in its units, and what it does not report is
// named with its reason.
func TestCondition(t *testing.T) {
	open(t) // the errors' texts are the shim's, which needs no more
	m, err := openMeter(os.Getenv(Libraries), place)
	if err != nil {
		t.Fatal(err)
	}
	for told, want := range map[string]hw.Condition{
		"sm=1410,memory=1593,milliwatts=250500,celsius=61,reasons=0x24": {Clock: 1410, MemoryClock: 1593, Power: 250.5, Temperature: 61, Throttled: []string{"power-cap", "heat"}},
		"sm=210,memory=405,milliwatts=!3,celsius=30,reasons=0x201":      {Clock: 210, MemoryClock: 405, Temperature: 30, Throttled: []string{"idle", "0x200"}, Unavailable: "power (NVML: Not Supported)"},
		"sm=1,memory=2,milliwatts=3,celsius=!15,reasons=!999": {Clock: 1, MemoryClock: 2, Power: 0.003,
			Unavailable: "temperature (NVML: GPU is lost), throttling (nvmlDeviceGetCurrentClocksThrottleReasons: Unknown Error)"},
	} {
		t.Setenv("SIMGPU_NVML", told)
		if got := m.condition(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", told, got, want)
		}
	}
}

// TestNoMeter: without NVML, or with one that is of no use, the device explains why and
// does all else.
func TestNoMeter(t *testing.T) {
	lacking := t.TempDir()
	stub(t, filepath.Join(lacking, "libnvidia-ml.so.1"), "ABI_NVML", "nvmlDeviceGetPowerUsage")
	for name, c := range map[string]struct{ folder, bus, set, says string }{
		"absent":       {folder: t.TempDir(), bus: place, says: "libnvidia-ml.so.1: cannot open"},
		"a function":   {folder: lacking, bus: place, says: "lacks nvmlDeviceGetPowerUsage"},
		"a mismatch":   {folder: os.Getenv(Libraries), bus: place, set: "init=!18", says: "nvmlInit: Driver/library version mismatch"},
		"another card": {folder: os.Getenv(Libraries), bus: "0000:65:00.0", says: "nvmlDeviceGetHandleByPciBusId: Not Found"},
	} {
		t.Setenv("SIMGPU_NVML", c.set)
		if m, err := openMeter(c.folder, c.bus); err == nil || m != nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "NVML") {
			t.Errorf("%s: %v, which should say %q", name, err, c.says)
		}
	}
	text, ok := another(t, "unmetered", "SIMGPU_NVML=init=!18")
	if !ok || !strings.Contains(text, "version mismatch") {
		t.Errorf("the device works: %v; it says %q", ok, text)
	}
}

func init() {
	// unmetered works with a device that has no meter, and prints why.
	roles["unmetered"] = func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		_, err = d.(*device).Condition()
		println(err.Error())
		x := d.Floats(4, 8)
		d.Scale(x, x, x.Shape(4, 1))
		return d.Sync()
	}
}
