//go:build cuda && cgo

package cuda

import (
	"strings"
	"testing"
)

// TestThreadOrder: whatever order threads and blocks run in, a training comes to
// the same bits.
func TestThreadOrder(t *testing.T) {
	t.Parallel()
	var first string
	for _, seed := range []string{"SIMGPU_SEED=1", "SIMGPU_SEED=2", "SIMGPU_SEED=3"} {
		text, ok := another(t, "bits", seed)
		if !ok || len(strings.Fields(text)) != 3 {
			t.Fatalf("%s: %s", seed, text)
		}
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%s gives\n%s, and the seed before it\n%s", seed, text, first)
		}
	}
}

// TestChecked runs the suite, the selection and 16-bit attention again with every access of every
// kernel looked at: bounds, bytes that nothing has written, races, misalignment.
func TestChecked(t *testing.T) {
	t.Parallel()
	const attention = "^TestDevice$/^attention" // about half of the work
	for name, run := range map[string][2]string{"attention": {attention, ""}, "the rest": {"^(TestDevice|TestSelection|TestMaskIsRemoval|TestTensorCores|TestOperandsAreThere)$", attention}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests(t, run[0], run[1], "SIMGPU_CHECK=1")
		})
	}
}
