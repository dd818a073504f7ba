//go:build cuda && cgo

package cuda

import (
	"fmt"
	"slices"

	"ltpbench/hw"
)

// attentionKernels are what runs for a compute type and a head width. A block takes
// tile rows of a sequence forward, gradTile back.
type attentionKernels struct {
	width                                     int // heads are padded to it; 0: any, some columns at a time
	stats, score, context, queryGrad, keyGrad string
	keySums                                   string // without tensor cores alone
	tile, threads, gradTile, gradThreads      int
	tensor, gradTensor                        bool     // on tensor cores, forward and back
	rounding                                  uint64   // of queries, keys and values: see narrow.cuh
	tail                                      []uint64 // what the forward kernels without tensor cores take after all others
}

// widths are the head widths that attention is compiled for, and any.
var widths = []int{32, 64, 128, 0}

// wideColumns is how many columns of a head of any width a block makes.
const wideColumns = 64

// named is the name of a kernel for a width.
func named(kernel string, width int) string {
	if width == 0 {
		return kernel + "_wide"
	}
	return fmt.Sprintf("%s_%d", kernel, width)
}

// attentions are all there are, by type and ascending in width; made before
// anything runs. In 16 bits the forward pass is made on tensor cores from sm_80 on;
// otherwise, and for wide heads, in float32 of what the 16 bits hold; gradients likewise.
var attentions = map[hw.Type][]attentionKernels{}

func init() {
	for _, v := range []struct {
		kind     hw.Type
		suffix   string
		rounding uint64
	}{{hw.F32, "", 0}, {hw.TF32, "", 0}, {hw.BF16, "_bf16", 1}, {hw.F16, "_f16", 2}} {
		for _, w := range widths {
			k := attentionKernels{width: w, tile: 32, threads: byTile, gradTile: 32, gradThreads: byTile, rounding: v.rounding, tensor: v.suffix != "" && w > 0}
			suffix := ""
			if k.tensor {
				k.tile, k.threads, suffix = 64, byWarp, v.suffix
			}
			switch w {
			case 128:
				k.gradTile = 16
			case 0:
				k.tail = []uint64{v.rounding}
			}
			k.stats, k.score, k.context = named("attention_stats"+suffix, w), named("attention_score"+suffix, w), named("attention_context"+suffix, w)
			suffix = ""
			if k.gradTensor = k.tensor && slices.Contains(tensorGrad, w); k.gradTensor {
				k.gradTile, k.gradThreads, suffix = 64, byWarp, v.suffix
			}
			if !k.gradTensor {
				k.keySums = named("attention_key_sums", w)
			}
			k.queryGrad, k.keyGrad = named("attention_query_grad"+suffix, w), named("attention_key_grad"+suffix, w)
			attentions[v.kind] = append(attentions[v.kind], k)
		}
	}
}

// tensorArch is the oldest architecture whose tensor cores attention runs on.
const tensorArch = 80

// attentionsOf returns an architecture's kernels for heads of so many columns.
func attentionsOf(kind hw.Type, width, arch int) *attentionKernels {
	i := 0
	if arch < tensorArch && kind == hw.F16 {
		i = len(widths) - 1
	}
	for widths[i] != 0 && widths[i] < width {
		i++
	}
	return &attentions[kind][i]
}

// plain returns kernels of a type without tensor cores, which know keys' weights.
func (k *attentionKernels) plain(kind hw.Type) *attentionKernels {
	if !k.tensor {
		return k
	}
	list := attentions[kind]
	return &list[len(list)-1]
}

// parts is how many blocks share a head's columns.
func (k *attentionKernels) parts(width int) int {
	if k.width > 0 {
		return 1
	}
	return (width + wideColumns - 1) / wideColumns
}
