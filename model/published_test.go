package model_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// logitTolerance is how far two float32 programs may be apart.
const logitTolerance = 1e-5

// TestPublishedMasked: the masked emulation answers as the published program does,
// set by set and logit by logit, and needs the same relative FLOPs.
func TestPublishedMasked(t *testing.T) {
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) {
			e := encoder(t, d, c)
			for spec, want := range n.Rules {
				t.Run(spec, func(t *testing.T) { publishedMasked(t, &n, e, oracle.Ours(spec), want) })
			}
		})
	})
}

// TestPublishedZero: what TestPublishedMasked compares has texts whose row 0 is dropped
// before a layer with a threshold of 0, in which it attends again.
func TestPublishedZero(t *testing.T) {
	seen := 0
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		for spec, want := range n.Rules {
			rule, ok := parse(t, oracle.Ours(spec)).(pruners.Threshold)
			if !ok || len(rule.Theta) == 0 {
				continue
			}
			for layer, theta := range rule.Theta {
				for _, alive := range want.Alive {
					if layer > 0 && theta == 0 && len(alive[layer-1]) > 0 && alive[layer-1][0] != 0 {
						seen++
					}
				}
			}
		}
	})
	if seen == 0 {
		t.Error("there is no such text")
	}
}

func publishedMasked(t *testing.T, n *oracle.Published, e *model.Encoder, spec string, want oracle.PublishedAnswer) {
	batch := n.Pack(texts(n)...)
	m, err := model.NewMasked(e, parse(t, spec), room(batch))
	if err != nil {
		t.Fatal(err)
	}
	logits, kept, err := m.Forward(batch)
	if err != nil {
		t.Fatal(err)
	}
	for layer := range e.Config.Layers {
		seqs, positions := m.Kept(layer)
		for b := range want.Alive {
			if got := positions[seqs[b]:seqs[b+1]]; !slices.Equal(got, want.Alive[b][layer]) {
				t.Errorf("text %d, layer %d leaves %v, the published program %v", b, layer, got, want.Alive[b][layer])
			}
		}
	}
	samePublished(t, logits, want.Logits)
	if want.RelativeFLOPs == nil {
		return
	}
	var paper, full int64
	for b := range kept {
		alive := append([]int{batch.Seqs.Len(b)}, kept[b][:len(kept[b])-1]...)
		paper += model.Paper(&e.Config, alive, kept[b])
		full += model.Full(&e.Config, batch.Seqs.Len(b))
	}
	if got := float64(paper) / float64(full); math.Abs(got-*want.RelativeFLOPs) > 1e-12 {
		t.Errorf("relative FLOPs are %v, the published program has %v", got, *want.RelativeFLOPs)
	}
}

// TestPublishedBatchOfTwo: two texts at a time have the same answers, where the
// published program takes a mask of two rows for a pair of a mask and something else.
func TestPublishedBatchOfTwo(t *testing.T) {
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) {
			e := encoder(t, d, c)
			for _, spec := range []string{"threshold:final=0.01", "relative:t=0.3", "topk:rate=0.2"} {
				batch := n.Pack(0, 1)
				m, err := model.NewMasked(e, parse(t, oracle.Ours(spec)), room(batch))
				if err != nil {
					t.Fatal(err)
				}
				logits, _, err := m.Forward(batch)
				if err != nil {
					t.Fatal(err)
				}
				samePublished(t, logits, n.Rules[spec].Logits[:2])
			}
		})
	})
}

// texts are the numbers of all texts.
func texts(n *oracle.Published) []int {
	list := make([]int, len(n.IDs))
	for i := range list {
		list[i] = i
	}
	return list
}

// samePublished compares logits.
func samePublished(t *testing.T, got []float32, want [][]float64) {
	t.Helper()
	for b, row := range want {
		for j, w := range row {
			if g := float64(got[b*len(row)+j]); !(math.Abs(g-w) <= logitTolerance) {
				t.Errorf("text %d: logit %d is %v, the published program has %v", b, j, g, w)
			}
		}
	}
}

// TestPublishedRemoval: where the published program never drops row 0, an encoder
// that removes rows gives its logits and its kept sets.
func TestPublishedRemoval(t *testing.T) {
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) {
			e, compared := encoder(t, d, c), 0
			for spec, want := range n.Rules {
				living := slices.DeleteFunc(texts(&n), func(b int) bool {
					return slices.ContainsFunc(want.Alive[b], func(alive []int32) bool { return !slices.Contains(alive, 0) })
				})
				for _, exact := range []bool{true, false} {
					t.Run(fmt.Sprintf("%s, exact %v", spec, exact), func(t *testing.T) {
						compared += publishedRemoval(t, &n, e, oracle.Ours(spec), want, living, exact)
					})
				}
			}
			if compared < len(n.Rules)*e.Config.Layers {
				t.Errorf("only %d kept sets were compared", compared)
			}
		})
	})
}

// publishedRemoval returns how many kept sets it has compared.
func publishedRemoval(t *testing.T, n *oracle.Published, e *model.Encoder, spec string, want oracle.PublishedAnswer, living []int, exact bool) (compared int) {
	if len(living) == 0 {
		return 0
	}
	r, rows := run(t, e, parse(t, spec), n.Pack(living...), model.Options{FullLastLayer: exact})
	layers := e.Config.Layers
	if !exact {
		layers-- // only row 0 asks in the last
	}
	for b, text := range living {
		samePublished(t, rows[b], want.Logits[text:text+1])
		for layer := range layers {
			compared++
			seqs, positions := r.Kept(layer)
			if got := positions[seqs[b]:seqs[b+1]]; !slices.Equal(got, want.Alive[text][layer]) {
				t.Errorf("text %d, layer %d keeps %v, the published program %v", text, layer, got, want.Alive[text][layer])
			}
		}
	}
	return compared
}
