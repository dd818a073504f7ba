package main

import (
	"ltpbench/bench/roofline"
	"ltpbench/hw/cpu/simd"
)

// linear is the shape of a product with weights: rows × in × out.
type linear struct{ rows, in, out int }

func (l linear) flops() float64 { return 2 * float64(l.rows*l.in*l.out) }

// bytes is what reading the weights takes, once.
func (l linear) bytes() float64 { return 4 * float64(l.in*l.out) }

// limits is what the machine can do at most: all threads' GFLOP/s of multiply-adds,
// and GB/s read from memory by all and by one.
type limits struct{ gflops, gbytes, gbytesOne float64 }

// measure raises the limits to what the machine shows now.
func (l *limits) measure(set *simd.Set, threads int) {
	l.gflops = max(l.gflops, roofline.Peak(set, threads))
	l.gbytesOne = max(l.gbytesOne, roofline.Bandwidth(set, 1))
	l.gbytes = max(l.gbytes, l.gbytesOne, roofline.Bandwidth(set, threads))
}

// seconds is the least time of products with weights that lie in memory, and of so
// many FLOPs in all: each product takes what multiplying takes at the FMA peak or what
// reading its weights takes, whichever is longer (the roofline of Williams et al., CACM
// 52(4), 2009), and attention what its multiplications take. 0 if a limit is not known.
func (l *limits) seconds(products []linear, flops float64) float64 {
	if l.gflops == 0 || l.gbytes == 0 {
		return 0
	}
	sum := 0.0
	for _, p := range products {
		sum += max(p.flops()/l.gflops, p.bytes()/l.gbytes)
		flops -= p.flops()
	}
	return (sum + flops/l.gflops) / 1e9
}

// weights is the bytes of weights that products read.
func weights(products []linear) (sum float64) {
	for _, p := range products {
		sum += p.bytes()
	}
	return sum
}
