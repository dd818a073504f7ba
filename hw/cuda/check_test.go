//go:build cuda && cgo

package cuda

import (
	"os"
	"strings"
	"testing"

	"ltpbench/bench/embedded"
	"ltpbench/bench/gpucheck"
	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
)

// part runs a part of gpu-check, whose report is shown if it is not well.
func part(t *testing.T, name string, run func(w *strings.Builder, d hw.Device) (bool, error)) {
	t.Helper()
	d, err := hw.Open(name, hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var report strings.Builder
	if ok, err := run(&report, d); !ok || err != nil {
		t.Errorf("%s: %v\n%s", name, err, report.String())
	}
	if report.Len() == 0 {
		t.Error("nothing was checked")
	}
}

// TestOracle: logits and kept sets of small networks are float64's.
func TestOracle(t *testing.T) {
	c := &gpucheck.Check{Device: "cuda", Networks: "../../model/testdata/oracle"}
	part(t, "cuda", func(w *strings.Builder, d hw.Device) (bool, error) { return c.Oracle(w, d) })
}

// TestAgreement: scores and logits of a real model are the CPU's, and what is kept
// is what the rule keeps of those scores, in every compute type.
func TestAgreement(t *testing.T) {
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		t.Fatal(err)
	}
	examples, _, err := text.Tokenize(set.Words, task, text.Embedded()[:3], set.Base.Config.MaxLength())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"f32", "tf32", "bf16", "f16"} {
		t.Run(kind, func(t *testing.T) {
			points := set.Points[:2]
			if kind == "f32" {
				points = append(points[:2:2], set.Points[len(set.Points)-1])
			}
			c := &gpucheck.Check{Device: "cuda:" + kind, Points: points, Examples: examples}
			part(t, c.Device, func(w *strings.Builder, d hw.Device) (bool, error) { return c.Agreement(w, d) })
		})
	}
}

// TestRoofline: every operation that gpu-check times runs; a simulated device gives no figure.
func TestRoofline(t *testing.T) {
	c := &gpucheck.Check{Device: "cuda"}
	part(t, "cuda", func(w *strings.Builder, d hw.Device) (bool, error) {
		ok, err := c.Roofline(w, d)
		if os.Getenv(Libraries) != "" && strings.Contains(w.String(), "GFLOP") {
			t.Error("a figure came from a simulated device")
		}
		return ok, err
	})
}
