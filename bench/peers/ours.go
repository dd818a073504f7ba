package main

import (
	"fmt"
	"slices"
	"time"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

// ours is this program's own engine.
type ours struct {
	label   string
	device  hw.Device
	one     func(i int) error                    // does a batch's work
	first   func(batch int) ([][]float32, error) // what outputs tells; nil where there is nothing to compare
	batches int
	encoder *model.Encoder
	run     *model.Run
	flops   int64 // executed in a pass, from the ledger; 0 where it isn't known
}

func (o *ours) name() string { return o.label }

func (o *ours) close() {
	if o.device != nil {
		o.device.Close()
	}
}

func (o *ours) prepare(j job) (string, error) {
	o.close()
	var err error
	if o.device, err = hw.Open("cpu", hw.Options{Threads: j.Threads}); err != nil {
		return "", err
	}
	info := o.device.Info()
	settings := fmt.Sprintf("%s kernels, f32, %d threads", info.Kernel, info.Threads)
	switch j.Do {
	case "encoder":
		return settings, o.encode(j)
	case "train":
		return settings, o.train(j)
	}
	return settings, o.product(j)
}

// encode runs packed batches; without Exact only row 0 asks in the last layer.
func (o *ours) encode(j job) error {
	c, err := model.Load(j.Model)
	if err != nil {
		return err
	}
	if o.encoder, err = model.New(o.device, c); err != nil {
		return err
	}
	var size model.Size
	var batches []ragged.Batch
	o.flops = 0
	for _, b := range j.Batches {
		batches = append(batches, packed(b))
		size.Fit(batches[len(batches)-1].Seqs)
		for _, s := range b {
			o.flops += executed(&c.Config, len(s), j.Exact)
		}
	}
	o.run = model.NewRun(o.encoder, model.Free{}, size, model.Options{Exact: j.Exact})
	o.batches = len(batches)
	o.one = func(i int) error {
		o.run.Load(batches[i])
		o.encoder.Forward(o.run)
		return o.run.Sync()
	}
	o.first = func(i int) ([][]float32, error) {
		return rowsOf(o.device, o.run.First.Top(batches[i].Seqs.Count()))
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

// executed is the ledger's count for a sequence of n tokens.
func executed(c *model.Config, n int, exact bool) int64 {
	q, f := make([]int, c.Layers), make([]int, c.Layers)
	for i := range q {
		q[i], f[i] = n, n
	}
	a := append([]int(nil), q...)
	if !exact {
		q[c.Layers-1], f[c.Layers-1] = 1, 1
	}
	return model.Executed(c, q, a, f)
}

func (o *ours) outputs(batch int) ([][]float32, error) {
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
func (o *ours) train(j job) error {
	c, err := model.Load(j.Model)
	if err != nil {
		return err
	}
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
	o.batches, o.flops = len(batches), 0
	o.one = func(i int) error { _, err := t.Step(batches[i]); return err }
	return nil
}

// product multiplies two matrices, weights packed before.
func (o *ours) product(j job) error {
	d := o.device
	x, w := factor(j.M*j.K, 0), factor(j.N*j.K, 1)
	a, y := d.Floats(j.M, j.K), d.Floats(j.M, j.N)
	d.Write(a, x)
	weights := d.Pack(w, nil, j.N, j.K)
	o.batches, o.flops = 1, 2*int64(j.M)*int64(j.K)*int64(j.N)
	o.one = func(int) error {
		d.Linear(y, a, weights, hw.Identity, hw.Mat{})
		return d.Sync()
	}
	o.first = func(int) ([][]float32, error) { return rowsOf(d, y) }
	return nil
}

func (o *ours) pass(repeat int) (float64, error) {
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
