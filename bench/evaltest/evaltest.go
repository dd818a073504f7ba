// Package evaltest has what tests of evaluations and timings run: a small encoder and random texts.
package evaltest

import (
	"math/rand/v2"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Encoder is a BERT of six layers with random weights on one thread of the CPU, closed
// when the test ends. The test's folder lies two below the module's.
func Encoder(t *testing.T) *model.Encoder {
	t.Helper()
	d, err := hw.Open("cpu", hw.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	c, err := model.Load("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Examples are n texts of 3 to 32 random tokens, the same every time.
func Examples(n int) []ragged.Sequence {
	random := rand.New(rand.NewPCG(1, 0))
	list := make([]ragged.Sequence, n)
	for i := range list {
		ids := []int32{2}
		for range 1 + random.IntN(30) {
			ids = append(ids, int32(5+random.IntN(190)))
		}
		list[i].IDs = append(ids, 3)
		list[i].Segments = make([]int32, len(list[i].IDs))
	}
	return list
}
