package model_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
)

// ours is the spec of a published rule: the published relative one prunes in layer 0.
func ours(spec string) string {
	if strings.HasPrefix(spec, "relative:") {
		return spec + ",start=0"
	}
	return spec
}

// logitTolerance is how far two float32 programs may be apart.
const logitTolerance = 1e-4

// TestPublishedMasked: the masked emulation answers as the published program does,
// set by set and logit by logit, and needs the same relative FLOPs.
func TestPublishedMasked(t *testing.T) {
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) {
			e := encoder(t, d, c)
			for spec, want := range n.Rules {
				t.Run(spec, func(t *testing.T) { publishedMasked(t, &n, e, ours(spec), want) })
			}
		})
	})
}

func publishedMasked(t *testing.T, n *oracle.Published, e *model.Encoder, spec string, want oracle.PublishedAnswer) {
	batch := n.Pack(0, len(n.IDs))
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
	samePublished(t, logits, want.Logits, func(int) bool { return true })
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

// samePublished compares logits of the texts that count.
func samePublished(t *testing.T, got []float32, want [][]float64, counts func(text int) bool) {
	t.Helper()
	for b, row := range want {
		for j, w := range row {
			if g := float64(got[b*len(row)+j]); counts(b) && !(math.Abs(g-w) <= logitTolerance) {
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
				lives := func(b int) bool {
					return !slices.ContainsFunc(want.Alive[b], func(alive []int32) bool { return !slices.Contains(alive, 0) })
				}
				for _, exact := range []bool{true, false} {
					t.Run(fmt.Sprintf("%s, exact %v", spec, exact), func(t *testing.T) {
						r, rows := run(t, e, parse(t, ours(spec)), n.Pack(0, len(n.IDs)), model.Options{Exact: exact})
						samePublished(t, slices.Concat(rows...), want.Logits, lives)
						for layer := range e.Config.Layers {
							if layer == e.Config.Layers-1 && !exact {
								break // only row 0 asks there
							}
							seqs, positions := r.Kept(layer)
							for b := range want.Alive {
								if !lives(b) {
									continue
								}
								compared++
								if got := positions[seqs[b]:seqs[b+1]]; !slices.Equal(got, want.Alive[b][layer]) {
									t.Errorf("text %d, layer %d keeps %v, the published program %v", b, layer, got, want.Alive[b][layer])
								}
							}
						}
					})
				}
			}
			if compared < 1000 {
				t.Errorf("only %d kept sets were compared", compared)
			}
		})
	})
}
