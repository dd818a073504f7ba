package model_test

import (
	"reflect"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
)

// TestLateDevice: a whole encoder runs on a device whose operations run late and
// whose offsets nobody else knows after a selection; rows past the true end are
// NaN there. Logits have the same bits as on the device below, and the ledger the
// same counts. A threshold is chosen without the host reading an offset.
func TestLateDevice(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := load(t, n.Dir)
		for spec, onDevice := range map[string]bool{"none": true, "threshold:final=0.02": true, "topk:rate=0.2,start=1": false, "threshold:final=0.02,divisor=alive": true, "relative:t=0.4": true,
			"topk:rate=0.2,start=1,score=accumulated": false, "topk:keep=0.5,score=cls": false, "quantile:q=0.2": false, "truncate:keep=0.5": false, "average:keep=0.5,layer=2": false, "shallow:layers=2": true, "quantile:q=0.2,score=random": false, "threshold:final=1.1,divisor=mean,score=others": false} {
			for _, exact := range []bool{true, false} {
				d, err := hw.Open("cpu", hw.Options{})
				if err != nil {
					t.Fatal(err)
				}
				late := hwtest.Late(d)
				answers := func(d hw.Device) ([][]float32, [][]int) {
					r, logits := run(t, encoder(t, d, c), parse(t, spec), n.Cases.Pack(), model.Options{FullLastLayer: exact})
					_, _, kept := r.Counts()
					return logits, kept
				}
				want, wantKept := answers(d)
				got, gotKept := answers(late)
				if !reflect.DeepEqual(got, want) {
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
