package engine

import (
	"fmt"
	"slices"
	"time"

	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Ours is this program's own engine on one of its devices.
type Ours struct {
	Label  string // its name in records
	Device string // as hw.Open takes it
	FLOPs  int64  // executed in a pass, from the ledger; 0 where it isn't known

	opened  opened
	device  hw.Device
	one     func(i int) error                    // does a batch's work
	first   func(batch int) ([][]float32, error) // what Outputs returns; nil where there is nothing to compare
	batches int
	weights *model.Checkpoint // of the folder that was read last
	from    string            // that folder
	encoder *model.Encoder
	runner  *eval.Runner
}

// opened is what a device and an encoder are kept for; another job opens them again.
type opened struct {
	do, model string
	threads   int
}

// Name implements Engine.
func (o *Ours) Name() string { return o.Label }

// Close implements Engine.
func (o *Ours) Close() {
	if o.device != nil {
		o.device.Close()
	}
	o.device, o.encoder, o.runner, o.opened = nil, nil, nil, opened{}
}

// Prepare implements Engine. An encoder is kept for the next job with the same model.
func (o *Ours) Prepare(j Job) (string, error) {
	if now := (opened{j.Do, j.Model, j.Threads}); now != o.opened || j.Do != "encoder" {
		o.Close()
		var err error
		if o.device, err = hw.Open(o.Device, hw.Options{Threads: j.Threads}); err != nil {
			return "", err
		}
		o.opened = now
	}
	info := o.device.Info()
	settings := fmt.Sprintf("%s kernels, %s", info.Kernel, info.Type)
	if info.Threads > 0 {
		settings += fmt.Sprintf(", %d threads", info.Threads)
	}
	switch j.Do {
	case "encoder":
		return settings, o.encode(j)
	case "train":
		return settings, o.train(j)
	}
	return settings, o.product(j)
}

// load reads a model's weights, once for jobs in a row with the same model.
func (o *Ours) load(dir string) (*model.Checkpoint, error) {
	if o.from == dir {
		return o.weights, nil
	}
	c, err := model.Load(dir)
	if err == nil {
		o.weights, o.from = c, dir
	}
	return c, err
}

// encode runs packed batches; without Exact only row 0 asks in the last layer.
func (o *Ours) encode(j Job) error {
	c, err := o.load(j.Model)
	if err != nil {
		return err
	}
	if o.encoder == nil {
		if o.encoder, err = model.New(o.device, c); err != nil {
			return err
		}
	}
	none, err := pruners.Parse("none")
	if err != nil {
		return err
	}
	if o.runner != nil {
		o.runner.Close() // the job's before
	}
	o.runner = eval.NewRunner(o.encoder, none, model.Options{FullLastLayer: j.Exact})
	var batches []ragged.Batch
	o.FLOPs = 0
	for _, b := range j.Batches {
		batches = append(batches, packed(b))
	}
	if err := o.runner.Reserve(eval.Size(batches)); err != nil {
		return err
	}
	for _, b := range batches {
		if _, err := o.runner.Run(b); err != nil {
			return err
		}
		o.FLOPs += o.runner.Executed()
	}
	o.batches = len(batches)
	o.one = func(i int) error { _, err := o.runner.Run(batches[i]); return err }
	o.first = func(i int) ([][]float32, error) {
		return rowsOf(o.device, o.runner.Last().First.Top(batches[i].Seqs.Count()))
	}
	return nil
}

func packed(batch [][]int32) ragged.Batch {
	var list []ragged.Sequence
	for _, ids := range batch {
		list = append(list, ragged.Sequence{IDs: ids, Segments: make([]int32, len(ids))})
	}
	return ragged.Pack(list...)
}

// Outputs implements Engine.
func (o *Ours) Outputs(batch int) ([][]float32, error) {
	if err := o.one(batch); err != nil {
		return nil, err
	}
	return o.first(batch)
}

func rowsOf(d hw.Device, m hw.Mat) ([][]float32, error) {
	flat := make([]float32, m.Rows*m.Cols)
	d.Read(flat, m)
	return slices.Collect(slices.Chunk(flat, m.Cols)), d.Sync()
}

// train does steps of fine-tuning, one for each batch.
func (o *Ours) train(j Job) error {
	c, err := o.load(j.Model)
	if err != nil {
		return err
	}
	c = c.Clone()
	c.InitHead(2, 1)
	d, ok := o.device.(hw.Backward)
	if !ok {
		return fmt.Errorf("the device cannot train")
	}
	if o.encoder, err = model.NewTrainable(d, c); err != nil {
		return err
	}
	var size model.Size
	var batches []train.Batch
	for i, b := range j.Batches {
		x := train.Batch{Batch: packed(b)}
		for _, label := range j.Labels[i] {
			x.Targets = append(x.Targets, float32(1-label), float32(label))
		}
		batches = append(batches, x)
		size.Fit(x.Seqs)
	}
	// PyTorch's model computes every row of the last layer, so this one does too.
	t, err := train.New(o.encoder, size, train.Options{
		LearningRate: 4e-5, WeightDecay: 0.01, MaxGradNorm: 1, Dropout: true, Seed: 1, Steps: 1 << 20, Schedule: train.Linear{},
		Passes: []train.Pass{{FullLastLayer: true}},
	})
	if err != nil {
		return err
	}
	o.batches, o.FLOPs = len(batches), 0
	o.one = func(i int) error { _, err := t.Step(batches[i]); return err }
	return nil
}

// product multiplies two matrices, weights packed before.
func (o *Ours) product(j Job) error {
	d := o.device
	x, w := Factor(j.M*j.K, 0), Factor(j.N*j.K, 1)
	a, y := d.Floats(j.M, j.K), d.Floats(j.M, j.N)
	d.Write(a, x)
	weights := d.Pack(w, nil, j.N, j.K)
	o.batches, o.FLOPs = 1, 2*int64(j.M)*int64(j.K)*int64(j.N)
	o.one = func(int) error {
		d.Linear(y, a, weights, hw.Identity, hw.Mat{})
		return d.Sync()
	}
	o.first = func(int) ([][]float32, error) { return rowsOf(d, y) }
	return nil
}

// Pass implements Engine.
func (o *Ours) Pass(repeat int) (float64, error) {
	begin := time.Now()
	for range repeat {
		for i := range o.batches {
			if err := o.one(i); err != nil {
				return 0, err
			}
		}
	}
	return time.Since(begin).Seconds(), nil
}

// Factor returns n numbers in [-0.5, 0.5) that worker.py makes too: the multiples of the
// golden ratio, without their whole parts (a Weyl sequence).
func Factor(n int, first uint32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32((uint32(i)+first)*2654435769>>8)/(1<<24) - 0.5
	}
	return x
}
