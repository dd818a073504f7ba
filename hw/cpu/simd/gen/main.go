// Gen writes the assembly of package simd. It is a module of its own, so that
// the benchmark itself does not depend on the generator:
//
//	go run . -out ../z_kernels_amd64.s -stubs ../z_kernels_amd64.go -pkg simd
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!noasm")
	lanes()
	for m := 1; m <= 12; m++ {
		tile512(m)
	}
	for m := 1; m <= 6; m++ {
		tile256(m, false)
		tile256(m, true)
	}
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
	peak512()
	peak256()
	Generate()
}

// tileRegs are the registers that the tiles share.
type tileRegs struct {
	c, a, b, ars, acs, ldb, k, init, ldinit, ldc Register
	rows                                         []Register // a, a+3·ars, a+6·ars ...
}

// field loads one word of the argument structure.
func field(args Register, i int) GPVirtual {
	r := GP64()
	MOVQ(Mem{Base: args, Disp: 8 * i}, r)
	return r
}

func loadTile(m int) (t tileRegs, args Register) {
	args = Load(Param("t"), GP64())
	t.a, t.ars, t.acs, t.b = field(args, 2), field(args, 3), field(args, 4), field(args, 5)
	t.ldb, t.k = field(args, 6), field(args, 9)
	t.rows = []Register{t.a}
	for i := 3; i < m; i += 3 {
		r := GP64()
		LEAQ(Mem{Base: t.rows[len(t.rows)-1], Index: t.ars, Scale: 2}, r)
		ADDQ(t.ars, r)
		t.rows = append(t.rows, r)
	}
	return t, args
}

// row returns the operand of A's element in row i at the current k.
func (t tileRegs) row(i int) Mem {
	base := t.rows[i/3]
	if i%3 == 0 {
		return Mem{Base: base}
	}
	return Mem{Base: base, Index: t.ars, Scale: uint8(i % 3)}
}

func (t tileRegs) advance() {
	for _, r := range t.rows {
		ADDQ(t.acs, r)
	}
	ADDQ(t.ldb, t.b)
	DECQ(t.k)
}

// aheadOf returns a register that, scaled by 8, is the distance to B's row 32
// steps on: far enough for a panel that comes from beyond the second-level cache.
func aheadOf(t tileRegs) Register {
	r := GP64()
	MOVQ(t.ldb, r)
	SHLQ(Imm(2), r)
	return r
}

// tile512 is C[m×32] = init + A·B with one chain of FMAs over k for each element.
func tile512(m int) {
	TEXT(fmt.Sprintf("tile512x%d", m), NOSPLIT, "func(t *uint64)")
	Pragma("noescape")
	Doc(fmt.Sprintf("tile512x%d: for i<%d, j<32: s := init[i·ldinit+j]; for k: s = fma(a[i·ars+k·acs], b[k·ldb+j], s); c[i·ldc+j] = s. Columns outside mask are neither read nor written.", m, m))
	t, args := loadTile(m)
	mask := field(args, 10)
	k1, k2 := K(), K()
	KMOVW(mask.As32(), k1)
	SHRQ(Imm(16), mask)
	KMOVW(mask.As32(), k2)
	acc := make([][2]VecVirtual, m)
	for i := range acc {
		acc[i] = [2]VecVirtual{ZMM(), ZMM()}
	}
	init, ldinit := field(args, 7), field(args, 8)
	zero := fmt.Sprintf("zero512x%d", m)
	loop, done := fmt.Sprintf("loop512x%d", m), fmt.Sprintf("done512x%d", m)
	for i := range acc {
		VPXORD(acc[i][0], acc[i][0], acc[i][0])
		VPXORD(acc[i][1], acc[i][1], acc[i][1])
	}
	ahead := aheadOf(t)
	TESTQ(init, init)
	JZ(LabelRef(zero))
	for i := range acc {
		VMOVUPS_Z(Mem{Base: init}, k1, acc[i][0])
		VMOVUPS_Z(Mem{Base: init, Disp: 64}, k2, acc[i][1])
		ADDQ(ldinit, init)
	}
	Label(zero)
	TESTQ(t.k, t.k)
	JZ(LabelRef(done))
	Label(loop)
	b0, b1 := ZMM(), ZMM()
	VMOVUPS_Z(Mem{Base: t.b}, k1, b0)
	VMOVUPS_Z(Mem{Base: t.b, Disp: 64}, k2, b1)
	PREFETCHT0(Mem{Base: t.b, Index: ahead, Scale: 8})
	PREFETCHT0(Mem{Base: t.b, Index: ahead, Scale: 8, Disp: 64})
	for i := range acc {
		x := ZMM()
		VBROADCASTSS(t.row(i), x)
		VFMADD231PS(b0, x, acc[i][0])
		VFMADD231PS(b1, x, acc[i][1])
	}
	t.advance()
	JNZ(LabelRef(loop))
	Label(done)
	c, ldc := field(args, 0), field(args, 1)
	for i := range acc {
		VMOVUPS(acc[i][0], k1, Mem{Base: c})
		VMOVUPS(acc[i][1], k2, Mem{Base: c, Disp: 64})
		ADDQ(ldc, c)
	}
	VZEROUPPER()
	RET()
}

// tile256 is the same for 16 columns; edge reads and writes through a mask.
func tile256(m int, edge bool) {
	name := fmt.Sprintf("tile256x%d", m)
	if edge {
		name += "edge"
	}
	TEXT(name, NOSPLIT, "func(t *uint64)")
	Pragma("noescape")
	Doc(fmt.Sprintf("%s: as tile512, for i<%d, j<16.", name, m))
	t, args := loadTile(m)
	var m0, m1 VecVirtual
	if edge {
		mask := field(args, 10) // points at 16 words of all ones or all zeroes
		m0, m1 = YMM(), YMM()
		VMOVUPS(Mem{Base: mask}, m0)
		VMOVUPS(Mem{Base: mask, Disp: 32}, m1)
	}
	load := func(base Register, x, y VecVirtual) {
		if edge {
			VMASKMOVPS(Mem{Base: base}, m0, x)
			VMASKMOVPS(Mem{Base: base, Disp: 32}, m1, y)
			return
		}
		VMOVUPS(Mem{Base: base}, x)
		VMOVUPS(Mem{Base: base, Disp: 32}, y)
	}
	acc := make([][2]VecVirtual, m)
	for i := range acc {
		acc[i] = [2]VecVirtual{YMM(), YMM()}
		VXORPS(acc[i][0], acc[i][0], acc[i][0])
		VXORPS(acc[i][1], acc[i][1], acc[i][1])
	}
	init, ldinit := field(args, 7), field(args, 8)
	TESTQ(init, init)
	JZ(LabelRef(name + "zero"))
	for i := range acc {
		load(init, acc[i][0], acc[i][1])
		ADDQ(ldinit, init)
	}
	Label(name + "zero")
	TESTQ(t.k, t.k)
	JZ(LabelRef(name + "done"))
	Label(name + "loop")
	b0, b1 := YMM(), YMM()
	if edge && m == 6 {
		// Sixteen registers do not hold two masks beside this: one column half at a time.
		for half := range 2 {
			VMASKMOVPS(Mem{Base: t.b, Disp: 32 * half}, []VecVirtual{m0, m1}[half], b0)
			for i := range acc {
				VBROADCASTSS(t.row(i), b1)
				VFMADD231PS(b0, b1, acc[i][half])
			}
		}
	} else {
		load(t.b, b0, b1)
		x := YMM()
		for i := range acc {
			if !edge && i%2 == 1 {
				x = YMM()
			}
			VBROADCASTSS(t.row(i), x)
			VFMADD231PS(b0, x, acc[i][0])
			VFMADD231PS(b1, x, acc[i][1])
		}
	}
	t.advance()
	JNZ(LabelRef(name + "loop"))
	Label(name + "done")
	c, ldc := field(args, 0), field(args, 1)
	for i := range acc {
		if edge {
			VMASKMOVPS(acc[i][0], m0, Mem{Base: c})
			VMASKMOVPS(acc[i][1], m1, Mem{Base: c, Disp: 32})
		} else {
			VMOVUPS(acc[i][0], Mem{Base: c})
			VMOVUPS(acc[i][1], Mem{Base: c, Disp: 32})
		}
		ADDQ(ldc, c)
	}
	VZEROUPPER()
	RET()
}
