package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// ends handles the columns of a row that do not fill a vector.
type ends struct {
	v     vector
	whole GPVirtual  // full vectors of a row
	none  string     // where to jump if there is no rest
	rest  GPVirtual  // columns beyond them
	k     Register   // AVX-512: a bit for each
	m     VecVirtual // AVX2: a word of ones for each
}

// endsOf splits n columns.
func endsOf(v vector, n Register) ends {
	width := v.bytes() / 4
	e := ends{v: v, whole: GP64(), rest: GP64()}
	MOVQ(n, e.whole)
	MOVQ(n, e.rest)
	ANDQ(Imm(uint64(width-1)), e.rest)
	SUBQ(e.rest, e.whole)
	if width == 16 {
		bits := GP64()
		MOVQ(e.rest, RCX)
		MOVQ(U32(1), bits)
		SHLQ(CL, bits)
		DECQ(bits)
		e.k = K()
		KMOVW(bits.As32(), e.k)
		return e
	}
	at := GP64()
	LEAQ(window, at)
	NEGQ(e.rest)
	e.m = v.new()
	VMOVUPS(Mem{Base: at, Index: e.rest, Scale: 4, Disp: 32}, e.m)
	NEGQ(e.rest)
	return e
}

// window is eight words of ones and eight of zeroes.
var window, negativeInfinity Mem

func lanes() {
	negativeInfinity = GLOBL("negativeInfinity", RODATA|NOPTR)
	DATA(0, U32(0xff800000))
	window = GLOBL("window256", RODATA|NOPTR)
	for i := range 16 {
		word := uint32(0)
		if i < 8 {
			word = ^uint32(0)
		}
		DATA(4*i, U32(word))
	}
}

// load reads the rest; the other lanes are fill's, or 0 without one.
func (e ends) load(from Mem, fill VecVirtual) VecVirtual {
	r := e.v.new()
	switch {
	case e.k != nil && fill != nil:
		VMOVAPS(fill, r)
		VMOVUPS(from, e.k, r)
	case e.k != nil:
		VMOVUPS_Z(from, e.k, r)
	default:
		VMASKMOVPS(from, e.m, r)
		if fill != nil {
			VBLENDVPS(e.m, r, fill, r)
		}
	}
	return r
}

func (e ends) store(r VecVirtual, to Mem) {
	if e.k != nil {
		VMOVUPS(r, e.k, to)
		return
	}
	VMASKMOVPS(r, e.m, to)
}

// only sets the lanes beyond the rest to 0.
func (e ends) only(r VecVirtual) {
	if e.k != nil {
		VMOVAPS_Z(r, e.k, r)
		return
	}
	VANDPS(e.m, r, r)
}

// columns runs body over a row: for each full vector, then for the rest. body
// gets the column's offset in bytes and how to load and store there.
func (e ends) columns(name string, body func(at GPVirtual, load func(base Register) VecVirtual, store func(r VecVirtual, base Register), rest bool)) {
	at, left := GP64(), GP64()
	XORQ(at, at)
	MOVQ(e.whole, left)
	TESTQ(left, left)
	JZ(LabelRef(name + "rest"))
	Label(name)
	body(at, func(base Register) VecVirtual {
		r := e.v.new()
		VMOVUPS(Mem{Base: base, Index: at, Scale: 1}, r)
		return r
	}, func(r VecVirtual, base Register) { VMOVUPS(r, Mem{Base: base, Index: at, Scale: 1}) }, false)
	ADDQ(Imm(uint64(e.v.bytes())), at)
	SUBQ(Imm(uint64(e.v.bytes()/4)), left)
	JNZ(LabelRef(name))
	Label(name + "rest")
	TESTQ(e.rest, e.rest)
	JZ(LabelRef(name + "done"))
	body(at, func(base Register) VecVirtual { return e.load(Mem{Base: base, Index: at, Scale: 1}, nil) },
		func(r VecVirtual, base Register) { e.store(r, Mem{Base: base, Index: at, Scale: 1}) }, true)
	Label(name + "done")
}

// reduce combines the lanes of r by op and spreads the result over all of them.
func reduce(v vector, r VecVirtual, op func(x, y, to Op)) {
	half := YMM()
	if v.bytes() == 64 {
		VEXTRACTF64X4(Imm(1), r, half)
		op(half, r.AsY(), r.AsY())
	}
	quarter := half.AsX()
	VEXTRACTF128(Imm(1), r.AsY(), quarter)
	op(quarter, r.AsX(), r.AsX())
	VMOVHLPS(r.AsX(), r.AsX(), quarter)
	op(quarter, r.AsX(), r.AsX())
	VMOVSHDUP(r.AsX(), quarter)
	op(quarter, r.AsX(), r.AsX())
	VBROADCASTSS(r.AsX(), r)
}

func add(x, y, to Op)     { VADDPS(x, y, to) }
func largest(x, y, to Op) { VMAXPS(x, y, to) }

// expOf returns e^x for x <= 0: 0 below -86, NaN for NaN.
type expOf struct {
	v                  vector
	cut, log2e, hi, lo VecVirtual
	poly               []Mem
}

func newExp(v vector, name string) expOf {
	return expOf{
		v, constant(v, name+"Cut", -86), constant(v, name+"Log2e", 1.4426950408889634), constant(v, name+"Hi", 0.693359375), constant(v, name+"Lo", -2.12194440e-4),
		table(name+"Poly"+v.suffix(), []float32{1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1}),
	}
}

func (e expOf) of(x VecVirtual) VecVirtual {
	v := e.v
	t, k, g := v.new(), v.new(), v.new()
	VMAXPS(x, e.cut, t)
	VMULPS(e.log2e, t, k)
	if v.bytes() == 64 {
		VRNDSCALEPS(Imm(8), k, k)
	} else {
		VROUNDPS(Imm(8), k, k)
	}
	VFNMADD231PS(e.hi, k, t)
	VFNMADD231PS(e.lo, k, t)
	VBROADCASTSS(e.poly[0], g)
	for _, c := range e.poly[1:] {
		if v.bytes() == 64 {
			VFMADD213PS_BCST(c, t, g)
			continue
		}
		w := v.new()
		VBROADCASTSS(c, w)
		VFMADD213PS(w, t, g)
	}
	VCVTPS2DQ(k, k)
	VPSLLD(Imm(23), k, k)
	VPADDD(k, g, g)
	if v.bytes() == 64 {
		kept := K()
		VCMPPS(Imm(5), e.cut, x, kept) // not less than, or NaN
		VMOVAPS_Z(g, kept, g)
	} else {
		VCMPPS(Imm(1), e.cut, x, k) // less than
		VANDNPS(g, k, g)
	}
	return g
}

// softmax turns each of `rows` rows of n logits, n > 0, into probabilities.
func softmax(v vector) {
	name := "softmax" + v.suffix()
	TEXT(name, NOSPLIT, "func(p *float32, rows, n int)")
	Pragma("noescape")
	Doc(name + ": p[r·n+i] = exp(p[r·n+i]-max)/sum for each row r, n > 0.")
	p, rows, n := Load(Param("p"), GP64()), Load(Param("rows"), GP64()), Load(Param("n"), GP64())
	e := endsOf(v, n)
	exp := newExp(v, name)
	least := v.new()
	VBROADCASTSS(negativeInfinity, least)
	Label(name)
	top := v.new()
	VMOVAPS(least, top)
	e.columns(name+"max", func(at GPVirtual, load func(Register) VecVirtual, _ func(VecVirtual, Register), rest bool) {
		if rest {
			VMAXPS(e.load(Mem{Base: p, Index: at, Scale: 1}, least), top, top)
			return
		}
		VMAXPS(Mem{Base: p, Index: at, Scale: 1}, top, top)
	})
	reduce(v, top, largest)
	sum := v.new()
	VXORPS(sum, sum, sum)
	e.columns(name+"exp", func(at GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), rest bool) {
		var x VecVirtual
		if rest {
			x = e.load(Mem{Base: p, Index: at, Scale: 1}, least)
		} else {
			x = load(p)
		}
		VSUBPS(top, x, x)
		g := exp.of(x)
		store(g, p)
		VADDPS(g, sum, sum)
	})
	reduce(v, sum, add)
	inv := constant(v, name+"One", 1)
	VDIVPS(sum, inv, inv)
	e.columns(name+"scale", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		x := load(p)
		VMULPS(inv, x, x)
		store(x, p)
	})
	LEAQ(Mem{Base: p, Index: n, Scale: 4}, p)
	DECQ(rows)
	JNZ(LabelRef(name))
	VZEROUPPER()
	RET()
}
