package gpucheck_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"ltpbench/bench/embedded"
	"ltpbench/bench/gpucheck"
	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
)

// skewed is a device with a mistake: its LayerNorm has another epsilon.
type skewed struct{ hw.Device }

func (s skewed) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	n.Eps += 0.05
	s.Device.Norm(y, x, residual, n)
}

func init() {
	hw.Register(hw.Driver{Name: "skewed", Open: func(o hw.Options) (hw.Device, error) {
		d, err := hw.Open("cpu", o)
		return skewed{d}, err
	}})
}

// TestCanFail: every part is well on a device that is right, and not on one that is wrong.
func TestCanFail(t *testing.T) {
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		t.Fatal(err)
	}
	examples, _, err := text.Tokenize(set.Words, task, text.Embedded()[:4], set.Base.Config.MaxLength())
	if err != nil {
		t.Fatal(err)
	}
	for name, right := range map[string]bool{"cpu": true, "skewed": false} {
		c := &gpucheck.Check{Device: name, Networks: "../../model/testdata/oracle", Points: set.Points[:3], Examples: examples}
		d, err := hw.Open(name, hw.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for part, run := range map[string]func(io.Writer, hw.Device) (bool, error){"oracle": c.Oracle, "agreement": c.Agreement} {
			var report strings.Builder
			if ok, err := run(&report, d); err != nil || ok != right {
				t.Errorf("%s of %s: well is %v, %v\n%s", part, name, ok, err, report.String())
			}
		}
		d.Close()
	}
}

// bare is a card without any optional interface.
type bare struct{ hw.Device }

func (bare) Info() hw.Info { return hw.Info{Name: "bare"} }

// TestCapabilities: a card without an optional interface fails and names it; the
// host's processor may lack what it does not need.
func TestCapabilities(t *testing.T) {
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, c := range []struct {
		d    hw.Device
		well bool
		want string
	}{{d, true, "absent"}, {bare{d}, false, "pruners.BestSelector"}} {
		var report strings.Builder
		if well, err := (&gpucheck.Check{}).Capabilities(&report, c.d); err != nil || well != c.well || !strings.Contains(report.String(), c.want) {
			t.Errorf("well is %v, %v\n%s", well, err, report.String())
		}
	}
}

// TestPaper: the estimate in the documentation is the one that the program prints.
func TestPaper(t *testing.T) {
	text, err := os.ReadFile("../../docs/gpu.md")
	if err != nil {
		t.Fatal(err)
	}
	var paper strings.Builder
	gpucheck.Paper(&paper)
	if !strings.Contains(string(text), paper.String()) {
		t.Errorf("docs/gpu.md does not hold this:\n%s", paper.String())
	}
}

// TestBound: a product is bound by arithmetic, in 16 bits by faster units; a gather
// is bound by memory.
func TestBound(t *testing.T) {
	card := gpucheck.Card{Name: "T", FP32: 1, BF16: 10, Terabyte: 1}
	for _, c := range []struct {
		w      gpucheck.Work
		bf16   bool
		us     float64
		memory bool
	}{
		{gpucheck.Work{FLOPs: 20e6, Bytes: 1e6, Product: true}, false, 20, false},
		{gpucheck.Work{FLOPs: 20e6, Bytes: 1e6, Product: true}, true, 2, false},
		{gpucheck.Work{FLOPs: 20e6, Bytes: 1e6}, true, 20, false},
		{gpucheck.Work{Bytes: 3e6}, false, 3, true},
	} {
		if us, memory := card.Bound(c.w, c.bf16); us != c.us || memory != c.memory {
			t.Errorf("%+v: %v us, memory %v", c, us, memory)
		}
	}
}
