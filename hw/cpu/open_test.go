package cpu_test

import (
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/cpu"
	"ltpbench/hw/cpu/simd"
)

// TestOpen: the name chooses the kernels, then LTPBENCH_CPU, then speed; an error
// lists what the machine has and specifies where a wrong name came from.
func TestOpen(t *testing.T) {
	var has []string
	for _, s := range simd.Available() {
		has = append(has, s.Name)
	}
	for _, c := range []struct{ variant, variable, kernel, failure string }{
		{"", "", has[0], ""},
		{"generic", "", "generic", ""},
		{"", "generic", "generic", ""},
		{has[0], "generic", has[0], ""},
		{"generic", "avx9", "generic", ""},
		{"avx9", "", "", `device cpu:avx9: no "avx9" here; cpu has: kernels `},
		{"", "avx9", "", cpu.Variable + `: this machine or build has no kernels "avx9"; it has: `},
		{"avx9", "generic", "", `device cpu:avx9: no "avx9" here; cpu has: kernels `},
	} {
		t.Setenv("LTPBENCH_CPU", c.variable)
		name := strings.TrimSuffix("cpu:"+c.variant, ":")
		d, err := hw.Open(name, hw.Options{Threads: 1})
		if c.failure != "" {
			if want := c.failure + strings.Join(has, ", "); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%+v: error %v, want %s", c, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if got := d.Info().Kernel; got != c.kernel {
			t.Errorf("%+v: kernels %s", c, got)
		}
		if got := d.Info().Name; got != name {
			t.Errorf("%s is called %s", name, got)
		}
		d.Close()
	}
	if _, err := hw.Open("cpu", hw.Options{Type: hw.BF16}); err == nil || !strings.Contains(err.Error(), "bf16") {
		t.Errorf("bf16: error %v", err)
	}
}
