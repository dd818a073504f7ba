package train_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/python"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

// TestTransformersDropout trains a model here and in transformers, whose dropout is given the masks of ours:
// every step's loss and gradient norm agree, so a training with dropout is PyTorch's but for the random bits.
func TestTransformersDropout(t *testing.T) {
	interpreter := os.Getenv("LTPBENCH_PYTHON")
	if interpreter == "" {
		t.Skip("LTPBENCH_PYTHON is not set: it names a Python 3 with venv, in which this test installs transformers and torch")
	}
	requirements, err := os.ReadFile("../testdata/transformers/requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	env, err := python.Environment("transformers", interpreter, requirements, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Load("../testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	c.Config.HiddenDropout, c.Config.AttentionDropout, c.Config.ClassifierDropout = 0.1, 0.2, 0.3
	type lesson struct {
		Folder  string      `json:"folder"`
		Seed    uint64      `json:"seed"`
		Batches [][][]int32 `json:"batches"`
		Labels  []int       `json:"labels"`
		Rate    float32     `json:"rate"`
		Decay   float32     `json:"decay"`
		Clip    float32     `json:"clip"`
	}
	in := lesson{Folder: t.TempDir(), Seed: 7, Labels: []int{0, 1, 1, 0, 1, 0}, Rate: 1e-3, Decay: 0.01, Clip: 1}
	if err := c.Save(in.Folder); err != nil {
		t.Fatal(err)
	}
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	random := rand.New(rand.NewPCG(1, 0))
	var size model.Size
	var batches []train.Batch
	for range 20 {
		var b train.Batch
		var seqs []ragged.Sequence
		var texts [][]int32
		for i := range 1 + random.IntN(len(in.Labels)) {
			ids := make([]int32, 1+random.IntN(30))
			for j := range ids {
				ids[j] = 5 + random.Int32N(190)
			}
			texts, seqs = append(texts, ids), append(seqs, ragged.Sequence{IDs: ids})
			b.Targets = append(b.Targets, float32(1-in.Labels[i]), float32(in.Labels[i]))
		}
		b.Batch = ragged.Pack(seqs...)
		size.Fit(b.Seqs)
		batches, in.Batches = append(batches, b), append(in.Batches, texts)
	}
	asked, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	p := exec.Command(python.Interpreter(env), "testdata/dropout.py")
	p.Stdin, p.Stderr = bytes.NewReader(asked), os.Stderr
	answer, err := p.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want [][2]float64
	if err := json.Unmarshal(answer, &want); err != nil || len(want) != len(batches) {
		t.Fatalf("%d steps, %v: %s", len(want), err, answer)
	}
	e, err := model.NewTrainable(d.(hw.Backward), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.New(e, size, train.Options{Steps: len(batches), Schedule: train.Linear{}, LearningRate: in.Rate, WeightDecay: in.Decay, MaxGradNorm: in.Clip, Dropout: true, Seed: in.Seed})
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range batches {
		got, err := trainer.Step(b)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "loss", got.Loss, want[i][0], 1e-4)
		near(t, "gradient norm", got.GradNorm, want[i][1], 1e-3*want[i][1])
	}
}
