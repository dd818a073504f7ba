//go:build cuda && cgo

package cuda

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed kernels
var texts embed.FS

// module is a .cu file that is compiled on its own.
type module struct {
	file    string
	headers []string // what stands before it, after common.cuh
	kernels []string
}

// widths are the head widths that attention is compiled for; heads are padded to the next.
var widths = []int{32, 64, 128}

// modules are all kernels there are.
var modules = []module{
	{"rows", nil, []string{"layer_norm", "check_ids", "embed", "scale_rows", "gather", "gather_ints", "combine"}},
	{"elements", nil, []string{"activate", "act_grad", "add", "dropout"}},
	{"cast", nil, []string{"cast_bf16", "cast_f16", "largest", "factor"}},
	{"select", nil, []string{"mark_threshold", "mark_best", "scan_counts", "compact"}},
	{"attention", []string{"tiles"}, append(each("attention_stats", "attention_score", "attention_context"), "sum_heads", "live_rows", "places")},
	{"attention_grad", []string{"tiles"}, each("attention_query_grad", "attention_key_grad")},
	{"rowsgrad", nil, []string{"norm_stats", "norm_grad", "column_sum", "gain_grad", "scale_grad", "scatter", "combine_grad", "table_grad", "kinds_grad"}},
	{"optimiser", nil, []string{"cross_entropy", "squared_error", "squares", "root", "adamw"}},
}

// each lists a kernel's names, one for each head width.
func each(kernels ...string) (names []string) {
	for _, k := range kernels {
		for _, w := range widths {
			names = append(names, fmt.Sprintf("%s_%d", k, w))
		}
	}
	return names
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
