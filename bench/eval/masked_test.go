package eval

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestPublishedReference: what `eval --reference` prints, predictions and relative FLOPs,
// is the published program's.
func TestPublishedReference(t *testing.T) {
	oracle.EachPublished(t, "../../model/testdata", "", func(t *testing.T, n oracle.Published) {
		d, err := hw.Open("cpu", hw.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		e, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		var texts []ragged.Sequence
		for _, ids := range n.IDs {
			texts = append(texts, ragged.Sequence{IDs: ids, Segments: make([]int32, len(ids))})
		}
		for spec, want := range n.Rules {
			p, err := pruners.Parse(oracle.Ours(spec))
			if err != nil {
				t.Fatal(err)
			}
			predictions, paper, err := Masked(e, p, texts)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range want.Logits {
				logits := make([]float32, len(row))
				for j, x := range row {
					logits[j] = float32(x)
				}
				if theirs := Prediction(&c.Config, logits); !(math.Abs(predictions[i]-theirs) <= 1e-5) {
					t.Errorf("%s, text %d: predicts %v, the published program %v", spec, i, predictions[i], theirs)
				}
			}
			theirs := 1.0
			if want.RelativeFLOPs != nil {
				theirs = *want.RelativeFLOPs
			}
			if !(math.Abs(paper-theirs) <= 1e-12) {
				t.Errorf("%s: relative FLOPs are %v, the published program has %v", spec, paper, theirs)
			}
		}
	})
}
