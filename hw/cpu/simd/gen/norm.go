package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// moments returns mean and 1/√(variance+eps) of the row at x, in all lanes; the
// row's sum is given.
func moments(v vector, name string, e ends, x Register, sum VecVirtual, count VecVirtual) (mean, rstd VecVirtual) {
	reduce(v, sum, add)
	VDIVPS(count, sum, sum)
	squares := v.new()
	VXORPS(squares, squares, squares)
	e.columns(name+"squares", func(_ GPVirtual, load func(Register) VecVirtual, _ func(VecVirtual, Register), rest bool) {
		d := load(x)
		VSUBPS(sum, d, d)
		if rest {
			e.only(d)
		}
		VFMADD231PS(d, d, squares)
	})
	reduce(v, squares, add)
	VDIVPS(count, squares, squares)
	eps := v.new()
	at, err := Param("eps").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(at.Addr, eps)
	VADDPS(eps, squares, squares)
	VSQRTPS(squares, squares)
	rstd = constant(v, name+"One", 1)
	VDIVPS(squares, rstd, rstd)
	return sum, rstd
}

// countOf is n as a float in all lanes.
func countOf(v vector, n Register) VecVirtual {
	c, x := v.new(), XMM()
	VXORPS(x, x, x)
	VCVTSI2SSQ(n, x, x)
	VBROADCASTSS(x, c)
	return c
}

// norm is y = LayerNorm(x + residual) for a row; residual may be nil, y may be x.
func norm(v vector) {
	name := "norm" + v.suffix()
	TEXT(name, NOSPLIT, "func(y, x, residual, gain, bias *float32, n int, eps float32)")
	Pragma("noescape")
	Doc(name + ": y = LayerNorm(x+residual)·gain + bias for one row of n > 0; residual may be nil.")
	y, x, rest, gain, bias := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("residual"), GP64()), Load(Param("gain"), GP64()), Load(Param("bias"), GP64())
	n := Load(Param("n"), GP64())
	e := endsOf(v, n)
	sum := v.new()
	VXORPS(sum, sum, sum)
	TESTQ(rest, rest)
	JZ(LabelRef(name + "alone"))
	e.columns(name+"both", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		a, b := load(x), load(rest)
		VADDPS(b, a, a)
		store(a, y)
		VADDPS(a, sum, sum)
	})
	JMP(LabelRef(name + "summed"))
	Label(name + "alone")
	e.columns(name+"one", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		a := load(x)
		store(a, y)
		VADDPS(a, sum, sum)
	})
	Label(name + "summed")
	mean, rstd := moments(v, name, e, y, sum, countOf(v, n))
	e.columns(name+"write", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		a, g, b := load(y), load(gain), load(bias)
		VSUBPS(mean, a, a)
		VMULPS(rstd, a, a)
		VFMADD213PS(b, g, a)
		store(a, y)
	})
	VZEROUPPER()
	RET()
}

// normGrad goes back through a row's LayerNorm.
func normGrad(v vector) {
	name := "normGrad" + v.suffix()
	TEXT(name, NOSPLIT, "func(dx, dgain, dbias, dy, x, gain *float32, n int, eps float32)")
	Pragma("noescape")
	Doc(name + ": with h = (x-mean)·rstd and g = dy·gain: dgain += dy·h; dbias += dy; dx = (g - mean(g) - h·mean(g·h))·rstd, for one row of n > 0.")
	dx, dgain, dbias := Load(Param("dx"), GP64()), Load(Param("dgain"), GP64()), Load(Param("dbias"), GP64())
	dy, x, gain, n := Load(Param("dy"), GP64()), Load(Param("x"), GP64()), Load(Param("gain"), GP64()), Load(Param("n"), GP64())
	e := endsOf(v, n)
	count := countOf(v, n)
	sum := v.new()
	VXORPS(sum, sum, sum)
	e.columns(name+"sum", func(_ GPVirtual, load func(Register) VecVirtual, _ func(VecVirtual, Register), _ bool) {
		VADDPS(load(x), sum, sum)
	})
	mean, rstd := moments(v, name, e, x, sum, count)
	a, b := v.new(), v.new()
	VXORPS(a, a, a)
	VXORPS(b, b, b)
	e.columns(name+"tables", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		h, d := load(x), load(dy)
		VSUBPS(mean, h, h)
		VMULPS(rstd, h, h)
		t := load(dgain)
		VFMADD231PS(h, d, t)
		store(t, dgain)
		t = load(dbias)
		VADDPS(d, t, t)
		store(t, dbias)
		g := load(gain)
		VMULPS(g, d, d) // 0 beyond the row
		VADDPS(d, a, a)
		VFMADD231PS(h, d, b)
	})
	reduce(v, a, add)
	reduce(v, b, add)
	VDIVPS(count, a, a)
	VDIVPS(count, b, b)
	e.columns(name+"write", func(_ GPVirtual, load func(Register) VecVirtual, store func(VecVirtual, Register), _ bool) {
		h, d, g := load(x), load(dy), load(gain)
		VSUBPS(mean, h, h)
		VMULPS(rstd, h, h)
		VMULPS(g, d, d)
		VSUBPS(a, d, d)
		VFNMADD231PS(b, h, d)
		VMULPS(rstd, d, d)
		store(d, dx)
	})
	VZEROUPPER()
	RET()
}
