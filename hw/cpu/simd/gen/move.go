package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// addTo is y += x for n elements.
func addTo(v vector) {
	name := "add" + v.suffix()
	TEXT(name, NOSPLIT, "func(y, x *float32, n int)")
	Pragma("noescape")
	Doc(name + ": y[i] += x[i] for i<n.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	endsOf(v, n).columns(name, func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		a, b := load(y), load(x)
		VADDPS(b, a, a)
		store(a, y)
	})
	VZEROUPPER()
	RET()
}

// squares adds the squares of n elements, a multiple of 16, to 16 sums in float64.
func squares(v vector) {
	name := "squares" + v.suffix()
	TEXT(name, NOSPLIT, "func(x *float32, n int, sums *[16]float64)")
	Pragma("noescape")
	Doc(name + ": sums[i%16] += x[i]² for i<n, n a multiple of 16.")
	x, n, sums := Load(Param("x"), GP64()), Load(Param("n"), GP64()), Load(Param("sums"), GP64())
	acc := make([]VecVirtual, 128/v.bytes())
	for i := range acc {
		acc[i] = v.new()
		VMOVUPD(Mem{Base: sums, Disp: i * v.bytes()}, acc[i])
	}
	Label(name)
	for i := range acc {
		wide := v.new()
		VCVTPS2PD(Mem{Base: x, Disp: i * v.bytes() / 2}, wide)
		VFMADD231PD(wide, wide, acc[i])
	}
	ADDQ(Imm(64), x)
	SUBQ(Imm(16), n)
	JNZ(LabelRef(name))
	for i := range acc {
		VMOVUPD(acc[i], Mem{Base: sums, Disp: i * v.bytes()})
	}
	VZEROUPPER()
	RET()
}

// transpose writes rows×cols of x as cols×rows into y, eight by eight.
func transpose() {
	const name = "transpose256"
	TEXT(name, NOSPLIT, "func(y, x *float32, ldy, ldx, rows, cols int, f float32)")
	Pragma("noescape")
	Doc(name + ": y[j·ldy+i] = f·x[i·ldx+j] for i<rows, j<cols, both multiples of 8 and not 0.")
	y, x := Load(Param("y"), GP64()), Load(Param("x"), GP64())
	ldy, ldx := Load(Param("ldy"), GP64()), Load(Param("ldx"), GP64())
	rows, cols := Load(Param("rows"), GP64()), Load(Param("cols"), GP64())
	SHLQ(Imm(2), ldy)
	SHLQ(Imm(2), ldx)
	f := YMM()
	at, err := Param("f").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(at.Addr, f)
	from, to, left, p := GP64(), GP64(), GP64(), GP64()
	Label(name + "rows")
	MOVQ(x, from)
	MOVQ(y, to)
	MOVQ(cols, left)
	Label(name + "cols")
	r := make([]VecVirtual, 8)
	MOVQ(from, p)
	for i := range r {
		r[i] = YMM()
		VMULPS(Mem{Base: p}, f, r[i])
		ADDQ(ldx, p)
	}
	t := make([]VecVirtual, 8)
	for i := 0; i < 8; i += 2 {
		t[i], t[i+1] = YMM(), YMM()
		VUNPCKLPS(r[i+1], r[i], t[i])
		VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	u := make([]VecVirtual, 8)
	for i := 0; i < 8; i += 4 {
		for j := range 2 {
			a, b := YMM(), YMM()
			VSHUFPS(Imm(0x44), t[i+j+2], t[i+j], a)
			VSHUFPS(Imm(0xee), t[i+j+2], t[i+j], b)
			u[i+2*j], u[i+2*j+1] = a, b
		}
	}
	MOVQ(to, p)
	for _, half := range []uint64{0x20, 0x31} {
		for j := range 4 {
			o := YMM()
			VPERM2F128(Imm(half), u[j+4], u[j], o)
			VMOVUPS(o, Mem{Base: p})
			ADDQ(ldy, p)
		}
	}
	ADDQ(Imm(32), from)
	LEAQ(Mem{Base: to, Index: ldy, Scale: 8}, to)
	SUBQ(Imm(8), left)
	JNZ(LabelRef(name + "cols"))
	LEAQ(Mem{Base: x, Index: ldx, Scale: 8}, x)
	ADDQ(Imm(32), y)
	SUBQ(Imm(8), rows)
	JNZ(LabelRef(name + "rows"))
	VZEROUPPER()
	RET()
}

// zero clears n elements past the cache.
func zero() {
	const name = "zero256"
	TEXT(name, NOSPLIT, "func(y *float32, n int)")
	Pragma("noescape")
	Doc(name + ": y[i] = 0 for i<n, past the cache; y begins a vector, n is a multiple of 16 and not 0.")
	y, n := Load(Param("y"), GP64()), Load(Param("n"), GP64())
	z := YMM()
	VXORPS(z, z, z)
	Label(name)
	VMOVNTPS(z, Mem{Base: y})
	VMOVNTPS(z, Mem{Base: y, Disp: 32})
	ADDQ(Imm(64), y)
	SUBQ(Imm(16), n)
	JNZ(LabelRef(name))
	SFENCE()
	VZEROUPPER()
	RET()
}
