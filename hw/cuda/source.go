//go:build cuda && cgo

package cuda

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed kernels/*.cu kernels/*.cuh
var texts embed.FS

// module is a .cu file that is compiled on its own.
type module struct {
	file    string
	headers []string // what stands before it, after common.cuh
	kernels []kernel
	least   int // the oldest architecture that has what it needs, such as 80; 0: any
}

// kernel is an entry point and the threads of its blocks.
type kernel struct {
	name    string
	threads int
}

// Threads of a block, by how work is divided: see launch.go.
const (
	byRow     = 128
	byElement = 256
	byColumn  = 512
	byTile    = 64
	byWarp    = 128
)

// modules are all kernels there are.
var modules = []module{
	{"rows", []string{"narrow"}, append(kernels(byRow, "layer_norm", "embed", "scale_rows", "gather", "combine"), kernel{"check_ids", 1024}, kernel{"gather_ints", byElement}), 0},
	{"elements", []string{"narrow"}, kernels(byElement, "activate", "activate_bf16", "activate_f16", "act_grad", "add", "dropout"), 0},
	{"cast", []string{"narrow"}, append(kernels(byElement, "cast_bf16", "cast_f16", "widen_bf16", "widen_f16", "largest"), kernel{"factor", 32}), 0},
	{"select", nil, append(kernels(128, "mark_threshold", "mark_relative", "mark_best"), kernel{"compact", 32}), 0},
	{"attention", []string{"narrow", "packed", "tiles"}, append(forward("", byTile, widths), kernels(byElement, "sum_heads", "key_weights", "live_rows", "places")...), 0},
	{"attention_bf16", []string{"narrow", "packed", "mma", "attention_tensor"}, forward("_bf16", byWarp, widths[:3]), tensorArch},
	{"attention_f16", []string{"narrow", "packed", "mma", "attention_tensor"}, forward("_f16", byWarp, widths[:3]), tensorArch},
	{"attention_grad", []string{"narrow", "packed", "tiles", "back"}, each(byTile, widths, "attention_query_grad", "attention_key_grad", "attention_key_sums"), 0},
	{"attention_grad_bf16", tensorBack, backward("_bf16"), tensorArch},
	{"attention_grad_f16", tensorBack, backward("_f16"), tensorArch},
	{"rowsgrad", nil, append(kernels(byRow, "norm_stats", "norm_grad", "scale_grad", "scatter", "combine_grad", "combine_weights_grad", "table_grad"), kernels(byColumn, "column_sum", "gain_grad", "kinds_grad")...), 0},
	{"softmax", nil, kernels(byColumn, "sequence_softmax", "sequence_softmax_grad"), 0},
	{"optimiser", nil, kernels(byElement, "cross_entropy", "squared_error", "zero", "squares", "root", "adamw"), 0},
}

// on returns the modules that an architecture can have.
func on(arch int) (list []module) {
	for _, m := range modules {
		if m.least <= arch {
			list = append(list, m)
		}
	}
	return list
}

func kernels(threads int, names ...string) (list []kernel) {
	for _, name := range names {
		list = append(list, kernel{name, threads})
	}
	return list
}

// each lists attention's kernels, one for each head width.
func each(threads int, widths []int, names ...string) (list []kernel) {
	for _, name := range names {
		for _, w := range widths {
			list = append(list, kernel{named(name, w), threads})
		}
	}
	return list
}

// tensorBack are the headers of the gradients on tensor cores, tensorGrad the head
// widths that they are compiled for: wider heads would take too many registers.
var (
	tensorBack = []string{"narrow", "packed", "mma", "attention_tensor", "attention_grad_tensor"}
	tensorGrad = []int{32, 64}
)

// backward lists the kernels of attention's gradient in a type.
func backward(kind string) []kernel {
	return each(byWarp, tensorGrad, "attention_query_grad"+kind, "attention_key_grad"+kind)
}

// forward lists the kernels of attention's forward pass in a type.
func forward(kind string, threads int, widths []int) []kernel {
	return each(threads, widths, "attention_stats"+kind, "attention_score"+kind, "attention_context"+kind)
}

// source is a module's whole text; lines are numbered as in its files.
func (m module) source() string {
	var b strings.Builder
	for _, name := range append(append([]string{"common"}, m.headers...), m.file) {
		name += ".cuh"
		if strings.TrimSuffix(name, ".cuh") == m.file {
			name = m.file + ".cu"
		}
		text, err := texts.ReadFile("kernels/" + name)
		if err != nil {
			panic("cuda: a kernel's file is not embedded: " + name)
		}
		fmt.Fprintf(&b, "#line 1 %q\n%s", name, text)
	}
	return b.String()
}
