package model_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/python"
	"ltpbench/model"
	"ltpbench/pruners"
)

var (
	//go:embed testdata/transformers/requirements.txt
	transformersRequirements []byte
	//go:embed testdata/transformers/exchange.py
	transformersProgram string
)

// transformersAnswer is what exchange.py says of a folder that it opened and of one that it wrote.
type transformersAnswer struct {
	Class, Dtype string
	Labels       int
	Names, Wrong []string
	Logits       [][]float64
	Own          [][]float64 // of its own model, in the folder that it wrote
}

// TestTransformers exchanges models with Hugging Face's transformers: what Save writes loads
// there strictly, in the type it was saved as, and gives the golden logits; what transformers
// saves gives its logits here.
func TestTransformers(t *testing.T) {
	interpreter := os.Getenv("LTPBENCH_PYTHON")
	if interpreter == "" {
		t.Skip("LTPBENCH_PYTHON is not set: it names a Python 3 with venv, in which this test installs transformers and torch")
	}
	env, err := python.Environment("transformers", interpreter, transformersRequirements, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	class := map[model.Family]string{model.BERT: "Bert", model.RoBERTa: "Roberta", model.DistilBERT: "DistilBert"}
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		c.Config.LabelNames = nil
		for i := range c.Config.Labels {
			c.Config.LabelNames = append(c.Config.LabelNames, string(rune('a'+i)))
		}
		for as, tolerance := range map[model.Type]float64{model.F32: 1e-5, model.F16: 0.05} /* transformers computes in the type it loads */ {
			saved, theirs := t.TempDir(), t.TempDir()
			if err := c.SaveAs(saved, as); err != nil {
				t.Fatal(err)
			}
			got := askTransformers(t, python.Interpreter(env), saved, theirs, n.Cases.Batch)
			want := transformersAnswer{
				Class: class[c.Config.Family] + "ForSequenceClassification", Dtype: map[model.Type]string{model.F32: "torch.float32", model.F16: "torch.float16"}[as],
				Labels: c.Config.Labels, Names: c.Config.LabelNames, Wrong: []string{}, Logits: got.Logits, Own: got.Own,
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
			near(t, "ours in transformers, "+string(as), got.Logits, unpruned(t, d, saved, &n.Cases), tolerance)
			near(t, "ours in transformers beside the golden, "+string(as), got.Logits, n.Cases.None.Logits, max(tolerance, n.Cases.Tol(t, "logits")))
			near(t, "theirs here, "+string(as), unpruned(t, d, theirs, &n.Cases), got.Own, 1e-5)
		}
	})
}

// near holds logits against others, to an absolute and relative tolerance.
func near(t *testing.T, what string, got, want [][]float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: logits of %d sequences, want %d", what, len(got), len(want))
	}
	for b, row := range want {
		for i, w := range row {
			if d := math.Abs(got[b][i] - w); !(d <= tolerance*(1+math.Abs(w))) {
				t.Errorf("%s: sequence %d logit %d is off by %g", what, b, i, d)
			}
		}
	}
}

// unpruned runs a folder's model, unpruned, over the cases' batch.
func unpruned(t *testing.T, d hw.Device, folder string, cases *oracle.Cases) [][]float64 {
	t.Helper()
	c, err := model.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	batch := cases.Pack()
	var size model.Size
	size.Fit(batch.Seqs)
	r, err := model.NewHardRun(e, pruners.None{}, size, model.Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	r.Load(batch)
	out := e.Forward(r)
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	flat := make([]float32, out.Rows*out.Cols)
	e.Device.Read(flat, out)
	rows := make([][]float64, out.Rows)
	for i, v := range flat {
		rows[i/out.Cols] = append(rows[i/out.Cols], float64(v))
	}
	return rows
}

func askTransformers(t *testing.T, interpreter, folder, theirs string, batch any) (got transformersAnswer) {
	t.Helper()
	text, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, "-c", transformersProgram, folder, filepath.Clean(theirs))
	cmd.Stdin = bytes.NewReader(text)
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
