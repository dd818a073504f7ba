package model_test

import (
	"reflect"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestLateDevice: a whole encoder runs on a device whose operations run late and
// whose offsets nobody else knows after a selection; rows past the true end are
// NaN there. Logits have the same bits as on the device below, and the ledger the
// same counts. A threshold is chosen without the host reading an offset.
func TestLateDevice(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for spec, onDevice := range map[string]bool{"none": true, "threshold:final=0.02": true, "topk:rate=0.2,start=1": false, "threshold:final=0.02,divisor=alive": false} {
			p, err := pruners.Parse(spec)
			if err != nil {
				t.Fatal(err)
			}
			for _, exact := range []bool{true, false} {
				d, err := hw.Open("cpu", hw.Options{})
				if err != nil {
					t.Fatal(err)
				}
				late := hwtest.Late(d)
				want, wantKept := answers(t, d, c, p, n.Cases, exact)
				got, gotKept := answers(t, late, c, p, n.Cases, exact)
				if !slices.Equal(got, want) {
					t.Errorf("%s, exact %v: logits %v, on the device below %v", spec, exact, got, want)
				}
				if !reflect.DeepEqual(gotKept, wantKept) {
					t.Errorf("%s, exact %v: keeps %v, on the device below %v", spec, exact, gotKept, wantKept)
				}
				if reads := late.IntReads(); onDevice && reads > 0 {
					t.Errorf("%s, exact %v: the host read integers %d times during the pass", spec, exact, reads)
				}
				d.Close()
			}
		}
	})
}

func answers(t *testing.T, d hw.Device, c *model.Checkpoint, p pruners.Pruner, cases oracle.Cases, exact bool) ([]float32, [][]int) {
	t.Helper()
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	batch := cases.Pack()
	var size model.Size
	size.Fit(batch.Seqs)
	r, err := model.NewHardRun(e, p, size, model.Options{Exact: exact})
	if err != nil {
		t.Fatal(err)
	}
	r.Load(batch)
	m := e.Forward(r)
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	logits := make([]float32, m.Rows*m.Cols)
	d.Read(logits, m)
	_, _, kept := r.Counts()
	return logits, kept
}
