// Gen writes the assembly of package simd. It is a separate module, so that
// the benchmark itself does not depend on the generator:
//
//	go run . -out ../z_kernels_amd64.s -stubs ../z_kernels_amd64.go -pkg simd
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64,!noasm")
	lanes()
	tiles()
	for _, v := range []vector{zmm{}, ymm{}} {
		gelu(v)
		geluGrad(v)
		adamw(v)
		softmax(v)
		norm(v)
		normGrad(v)
		addTo(v)
		squares(v)
	}
	transpose()
	dropout()
	zero()
	pause()
	peak512()
	peak256()
	Generate()
}

// pause is what a thread does between two looks at a word that another writes.
func pause() {
	TEXT("pause", NOSPLIT, "func()")
	Doc("pause lets the processor wait for some ten cycles.")
	for range 4 {
		PAUSE()
	}
	RET()
}
