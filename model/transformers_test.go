package model

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"ltpbench/internal/oracle"
)

// loadInTransformers opens a saved folder as a sequence classifier, strictly, and prints what it found.
const loadInTransformers = `
import json, sys, torch
from transformers import AutoConfig, AutoModelForSequenceClassification
folder, batch = sys.argv[1], json.load(sys.stdin)
model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
model.eval()
logits = []
with torch.no_grad():
    for s in batch:
        more = {} if "distilbert" == model.config.model_type else {"token_type_ids": torch.tensor([s["segments"]])}
        logits.append(model(torch.tensor([s["ids"]]), **more).logits[0].double().tolist())
print(json.dumps({"class": type(model).__name__, "dtype": str(model.dtype), "labels": model.config.num_labels,
                  "names": [model.config.id2label[i] for i in range(model.config.num_labels)],
                  "wrong": sorted(map(str, [*info["missing_keys"], *info["unexpected_keys"], *info["mismatched_keys"]])), "logits": logits}))
`

// What Save writes loads in transformers without a missing or unexpected tensor, in the type it was
// saved as, and gives the golden logits.
func TestSavedLoadsInTransformers(t *testing.T) {
	python := os.Getenv("LTPBENCH_PYTHON")
	if python == "" {
		t.Skip("LTPBENCH_PYTHON does not name a Python with transformers and torch")
	}
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := mustLoad(t, n.Dir)
		c.Config.LabelNames = nil
		for i := range c.Config.Labels {
			c.Config.LabelNames = append(c.Config.LabelNames, string(rune('a'+i)))
		}
		batch, err := json.Marshal(n.Cases.Batch)
		if err != nil {
			t.Fatal(err)
		}
		for as, tolerance := range map[Type]float64{F32: n.Cases.Tol(t, "logits"), F16: 0.05} {
			saved := t.TempDir()
			if err := c.SaveAs(saved, as); err != nil {
				t.Fatal(err)
			}
			got := askTransformers(t, python, saved, batch)
			want := transformersAnswer{
				Class: fields[c.Config.Family].class + "ForSequenceClassification", Dtype: map[Type]string{F32: "torch.float32", F16: "torch.float16"}[as],
				Labels: c.Config.Labels, Names: c.Config.LabelNames, Wrong: []string{}, Logits: got.Logits,
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
			for b, row := range n.Cases.None.Logits {
				for i, want := range row {
					if d := math.Abs(got.Logits[b][i] - want); !(d <= tolerance*(1+math.Abs(want))) {
						t.Errorf("%s: sequence %d logit %d is off by %g", as, b, i, d)
					}
				}
			}
		}
	})
}

type transformersAnswer struct {
	Class, Dtype string
	Labels       int
	Names, Wrong []string
	Logits       [][]float64
}

func askTransformers(t *testing.T, python, folder string, batch []byte) (got transformersAnswer) {
	t.Helper()
	cmd := exec.Command(python, "-c", loadInTransformers, folder)
	cmd.Stdin = bytes.NewReader(batch)
	out, err := cmd.Output()
	if err != nil {
		var text []byte
		if e, ok := err.(*exec.ExitError); ok {
			text = e.Stderr
		}
		t.Fatalf("%v\n%s", err, text)
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return got
}
