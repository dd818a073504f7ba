package model_test

import (
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/all"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// devices opens every variant of every device that this machine has.
func devices(t *testing.T, f func(t *testing.T, d hw.Device)) {
	for _, driver := range hw.Drivers() {
		for _, variant := range driver.Variants() {
			t.Run(driver.Name+":"+variant, func(t *testing.T) {
				d, err := hw.Open(driver.Name+":"+variant, hw.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				f(t, d)
			})
		}
	}
}

// everywhere runs f for every network of the oracle on every device.
func everywhere(t *testing.T, f func(t *testing.T, n oracle.Net, e *model.Encoder)) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) { f(t, n, encoder(t, d, c)) })
	})
}

func load(t *testing.T, dir string) *model.Checkpoint {
	t.Helper()
	c, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func encoder(t *testing.T, d hw.Device, c *model.Checkpoint) *model.Encoder {
	t.Helper()
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func parse(t *testing.T, spec string) pruners.Pruner {
	t.Helper()
	p, err := pruners.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// run runs a rule over a batch; with the run comes a row of logits for each sequence.
func run(t *testing.T, e *model.Encoder, p pruners.Pruner, batch ragged.Batch, o model.Options) (*model.Run, [][]float32) {
	t.Helper()
	r, err := model.NewHardRun(e, p, room(batch), o)
	if err != nil {
		t.Fatal(err)
	}
	return r, pass(t, e, r, batch)
}

// room is the size of a run for one batch.
func room(batch ragged.Batch) (size model.Size) {
	size.Fit(batch.Seqs)
	return size
}

// pass takes a batch through a run and returns a row of logits for each sequence.
func pass(t *testing.T, e *model.Encoder, r *model.Run, batch ragged.Batch) [][]float32 {
	t.Helper()
	r.Load(batch)
	m := e.Forward(r)
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	all := make([]float32, m.Rows*m.Cols)
	e.Device.Read(all, m)
	rows := make([][]float32, m.Rows)
	for b := range rows {
		rows[b] = all[b*m.Cols : (b+1)*m.Cols]
	}
	return rows
}

// compareLogits compares logits with the oracle's, at its tolerance.
func compareLogits(t *testing.T, what string, n *oracle.Net, got [][]float32, want [][]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: logits of %d sequences, want %d", what, len(got), len(want))
	}
	tol := n.Cases.Tol(t, "logits")
	for b, row := range want {
		for j, w := range row {
			if g := float64(got[b][j]); !(g-w <= tol && w-g <= tol) {
				t.Errorf("%s: logit %d of sequence %d is %v, want %v", what, j, b, g, w)
			}
		}
	}
}
