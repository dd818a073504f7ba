//go:build amd64 && !noasm

package simd

import "github.com/klauspost/cpuid/v2"

var avx512 = &Set{
	Name: "avx512", mr: 12, nr: 32, few: 3, vector: 16, isa: isaAVX512,
	Peak: func(n int) int { peak512(n); return n * 16 * 16 * 2 },
}

var avx2 = &Set{
	Name: "avx2", mr: 6, nr: 16, few: 3, spare: 3, vector: 8, isa: isaAVX2,
	Peak: func(n int) int { peak256(n); return n * 12 * 8 * 2 },
}

func (s *Set) gelu(y, x []float32) {
	switch s.isa {
	case isaAVX512:
		gelu512(&y[0], &x[0], len(x))
	case isaAVX2:
		gelu256(&y[0], &x[0], len(x))
	default:
		genericGELU(y, x)
	}
}

func (s *Set) geluGrad(d, dy, x []float32) {
	switch s.isa {
	case isaAVX512:
		geluGrad512(&d[0], &dy[0], &x[0], len(x))
	case isaAVX2:
		geluGrad256(&d[0], &dy[0], &x[0], len(x))
	default:
		genericGELUGrad(d, dy, x)
	}
}

func (s *Set) adamw(p, g, m, v []float32, c *[10]float32) {
	switch s.isa {
	case isaAVX512:
		adamw512(&p[0], &g[0], &m[0], &v[0], len(p), c)
	case isaAVX2:
		adamw256(&p[0], &g[0], &m[0], &v[0], len(p), c)
	default:
		genericAdamW(p, g, m, v, c)
	}
}

// machine returns the sets that this processor runs, the fastest first.
func machine() []*Set {
	var sets []*Set
	if cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL, cpuid.AVX2, cpuid.FMA3) {
		sets = append(sets, avx512)
	}
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		sets = append(sets, avx2)
	}
	return sets
}
