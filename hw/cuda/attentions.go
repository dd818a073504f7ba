//go:build cuda && cgo

package cuda

import (
	"fmt"

	"ltpbench/hw"
)

// widths are the head widths that attention is compiled for; heads are padded to the next.
var widths = []int{32, 64, 128}

// attentionKernels are what runs for a compute type and a head width. A block takes
// tile rows of a sequence forward, gradTile back.
type attentionKernels struct {
	width                                     int
	stats, score, context, queryGrad, keyGrad string
	tile, threads, gradTile                   int
	rounding                                  uint64 // of queries, keys and values: see narrow.cuh
}

// attentions are all there are, by type and ascending in width; made before
// anything runs. In 16 bits the forward pass is made on tensor cores, otherwise in
// float32, with tf32 too. Gradients are made in float32 of what the forward pass took.
var attentions = map[hw.Type][]attentionKernels{}

func init() {
	for _, v := range []struct {
		kind          hw.Type
		suffix        string
		tile, threads int
		rounding      uint64
	}{{hw.F32, "", 32, byTile, 0}, {hw.TF32, "", 32, byTile, 0}, {hw.BF16, "_bf16", 64, byWarp, 1}, {hw.F16, "_f16", 64, byWarp, 2}} {
		for _, w := range widths {
			forward := func(what string) string { return fmt.Sprintf("attention_%s%s_%d", what, v.suffix, w) }
			k := attentionKernels{
				width: w, stats: forward("stats"), score: forward("score"), context: forward("context"),
				queryGrad: fmt.Sprintf("attention_query_grad_%d", w), keyGrad: fmt.Sprintf("attention_key_grad_%d", w),
				tile: v.tile, threads: v.threads, gradTile: 32, rounding: v.rounding,
			}
			if w == 128 {
				k.gradTile = 16
			}
			attentions[v.kind] = append(attentions[v.kind], k)
		}
	}
}

// attentionsOf returns the kernels for heads of so many columns, nil if there are none.
func attentionsOf(kind hw.Type, width int) *attentionKernels {
	for i, k := range attentions[kind] {
		if width <= k.width {
			return &attentions[kind][i]
		}
	}
	return nil
}
