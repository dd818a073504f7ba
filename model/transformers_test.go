package model_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"math"
	"os"
	"os/exec"
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
	p := startTransformers(t)
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	class := map[model.Family]string{model.BERT: "Bert", model.RoBERTa: "Roberta", model.DistilBERT: "DistilBert"}
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := load(t, n.Dir)
		c.Config.LabelNames = nil
		for i := range c.Config.Labels {
			c.Config.LabelNames = append(c.Config.LabelNames, string(rune('a'+i)))
		}
		ours := func(folder string) [][]float64 {
			_, rows := run(t, encoder(t, d, load(t, folder)), pruners.None{}, n.Cases.Pack(), model.Options{})
			wide := make([][]float64, len(rows))
			for i, row := range rows {
				for _, v := range row {
					wide[i] = append(wide[i], float64(v))
				}
			}
			return wide
		}
		for as, tolerance := range map[model.Type]float64{model.F32: 1e-5, model.F16: 0.05} /* transformers computes in the type it loads */ {
			saved, theirs := t.TempDir(), t.TempDir()
			if err := c.SaveAs(saved, as); err != nil {
				t.Fatal(err)
			}
			got := p.exchange(t, saved, theirs, n.Cases.Batch)
			want := transformersAnswer{
				Class: class[c.Config.Family] + "ForSequenceClassification", Dtype: map[model.Type]string{model.F32: "torch.float32", model.F16: "torch.float16"}[as],
				Labels: c.Config.Labels, Names: c.Config.LabelNames, Wrong: []string{}, Logits: got.Logits, Own: got.Own,
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
			near(t, "ours in transformers, "+string(as), got.Logits, ours(saved), tolerance)
			near(t, "ours in transformers beside the golden, "+string(as), got.Logits, n.Cases.None.Logits, max(tolerance, n.Cases.Tol(t, "logits")))
			near(t, "theirs here, "+string(as), ours(theirs), got.Own, 1e-5)
		}
	})
}

// near compares logits with others, to an absolute and relative tolerance.
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

// transformers is a Python that answers, a line of JSON for a line of JSON.
type transformers struct {
	ask     *json.Encoder
	answers *json.Decoder
	said    bytes.Buffer
}

func startTransformers(t *testing.T) *transformers {
	t.Helper()
	interpreter := os.Getenv("LTPBENCH_PYTHON")
	if interpreter == "" {
		t.Skip("LTPBENCH_PYTHON is not set: it names a Python 3 with venv, in which this test installs transformers and torch")
	}
	env, err := python.Environment("transformers", interpreter, transformersRequirements, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	p := &transformers{}
	cmd := exec.Command(python.Interpreter(env), "-c", transformersProgram)
	cmd.Stderr = &p.said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, p.said.String())
		}
	})
	p.ask, p.answers = json.NewEncoder(in), json.NewDecoder(out)
	return p
}

// exchange has it open a folder that we saved and save a separate model to another.
func (p *transformers) exchange(t *testing.T, ours, theirs string, batch any) (got transformersAnswer) {
	t.Helper()
	err := p.ask.Encode(map[string]any{"ours": ours, "theirs": theirs, "batch": batch})
	if err == nil {
		err = p.answers.Decode(&got)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, p.said.String())
	}
	return got
}
