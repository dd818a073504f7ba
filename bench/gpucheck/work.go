package gpucheck

import "fmt"

// Shape is a batch in an encoder of BERT-base's size.
type Shape struct{ Count, Length int }

// Shapes are what estimates and measurements are made for.
var Shapes = []Shape{{32, 64}, {128, 256}}

// String is the shape as tables name it: "32 x 64 tokens".
func (s Shape) String() string { return fmt.Sprintf("%d x %d tokens", s.Count, s.Length) }

// BERT-base's sizes.
const (
	width = 768
	heads = 12
	ffn   = 3072
)

// Work is what an operation has to do at least: multiplications and additions,
// and bytes that come from and go to the card's memory once.
type Work struct {
	Name         string
	FLOPs, Bytes float64
	Product      bool // done by matrix units, where the compute type has them
}

// Works lists the operations of a layer, float32 in memory. What stays in caches
// (a tile that several blocks read) is not counted.
func Works(s Shape) []Work {
	n, l := float64(s.Count*s.Length), float64(s.Length)
	product := func(name string, in, out float64) Work {
		return Work{name, 2 * n * in * out, 4 * (n*in + in*out + n*out), true}
	}
	return []Work{
		product("Linear query", width, width),
		product("Linear key and value", width, 2*width),
		{"Scores: maxima and sums", 2 * n * l * width, 4 * (2*n*width + 2*n*heads), false},
		{"Scores: received", 2 * n * l * width, 4 * (2*n*width + 4*n*heads + n), false},
		{"Select by threshold", n, 4 * (4*n + 3*float64(s.Count)), false},
		{"Select by share", 2 * n, 4 * (4*n + 3*float64(s.Count)), false},
		{"Select top-k", 2 * n, 4 * (4*n + 4*float64(s.Count)), false},
		{"Context", 4 * n * l * width, 4 * (3*n*width + n*width), false},
		product("Linear attention output", width, width),
		{"Norm with residual", 8 * n * width, 4 * 3 * n * width, false},
		product("Linear up", width, ffn),
		{"GELU", 20 * n * ffn, 4 * 2 * n * ffn, false},
		product("Linear down", ffn, width),
		{"Gather", 0, 4 * 2 * n * width, false},
	}
}

// Card is what a data sheet promises: TFLOP/s of float32 and of dense bf16 matrix
// units, and TB/s of memory.
type Card struct {
	Name                 string
	FP32, BF16, Terabyte float64
}

// Cards are from NVIDIA's data sheets (H200 SXM, H100 SXM5, A100 SXM4 80 GB, L4), dense
// figures, without sparsity.
var Cards = []Card{{"H200", 67, 989, 4.8}, {"H100", 67, 989, 3.35}, {"A100", 19.5, 312, 2.039}, {"L4", 30.3, 121, 0.3}}

// Bound is the least time in microseconds that a card's roofline allows, and
// whether memory is what bounds it. Products run in the matrix units if bf16 is set.
func (c Card) Bound(w Work, bf16 bool) (us float64, memory bool) {
	peak := c.FP32
	if bf16 && w.Product {
		peak = c.BF16
	}
	compute, moving := w.FLOPs/peak/1e6, w.Bytes/c.Terabyte/1e6
	return max(compute, moving), moving > compute
}
