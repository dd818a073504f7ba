package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vector is a register width, so that element-wise loops are written once.
type vector interface {
	suffix() string
	bytes() int
	new() VecVirtual
}

type zmm struct{}

func (zmm) suffix() string  { return "512" }
func (zmm) bytes() int      { return 64 }
func (zmm) new() VecVirtual { return ZMM() }

type ymm struct{}

func (ymm) suffix() string  { return "256" }
func (ymm) bytes() int      { return 32 }
func (ymm) new() VecVirtual { return YMM() }

// constant returns a register with a constant in all lanes.
func constant(v vector, name string, x float32) VecVirtual {
	ref := GLOBL(fmt.Sprintf("%s_%s", name, v.suffix()), RODATA|NOPTR)
	DATA(0, F32(x))
	r := v.new()
	VBROADCASTSS(ref, r)
	return r
}

// erf(x) = x·p(x²)/q(x²) for |x| <= 3.75, the rational minimax form of Eigen and XNNPACK's kind.
var erfP = []float32{-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05, -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02}
var erfQ = []float32{-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02}

// erf returns erf(u) for a register u clamped to ±4; bounds hold ±4.
func erf(v vector, name string, u VecVirtual, p, q []Mem) VecVirtual {
	z, num, den := v.new(), v.new(), v.new()
	VMULPS(u, u, z)
	VBROADCASTSS(p[0], num)
	for _, c := range p[1:] {
		t := v.new()
		VBROADCASTSS(c, t)
		VFMADD213PS(t, z, num)
	}
	VMULPS(u, num, num)
	VBROADCASTSS(q[0], den)
	for _, c := range q[1:] {
		t := v.new()
		VBROADCASTSS(c, t)
		VFMADD213PS(t, z, den)
	}
	VDIVPS(den, num, num)
	return num
}

func table(name string, list []float32) []Mem {
	ref := GLOBL(name, RODATA|NOPTR)
	var at []Mem
	for i, x := range list {
		DATA(4*i, F32(x))
		m := ref
		m.Disp += 4 * i
		at = append(at, m)
	}
	return at
}

// gelu is y = x·(1+erf(x/√2))/2 for n elements, a multiple of the width.
func gelu(v vector) {
	p, q := table("geluP"+v.suffix(), erfP), table("geluQ"+v.suffix(), erfQ)
	TEXT("gelu"+v.suffix(), NOSPLIT, "func(y, x *float32, n int)")
	Pragma("noescape")
	Doc("gelu" + v.suffix() + ": y[i] = x[i]/2·(1+erf(x[i]/√2)) for i<n, n a multiple of the vector.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	root, four, less := constant(v, "geluRoot", 0.70710678118654752), constant(v, "geluFour", 4), constant(v, "geluLess", -4)
	half := constant(v, "geluHalf", 0.5)
	Label("gelu" + v.suffix())
	a, u := v.new(), v.new()
	VMOVUPS(Mem{Base: x}, a)
	VMULPS(root, a, u)
	VMINPS(u, four, u)
	VMAXPS(u, less, u)
	e := erf(v, "gelu", u, p, q)
	VMULPS(half, a, u)
	VFMADD213PS(u, u, e) // e = e·u + u
	VMOVUPS(e, Mem{Base: y})
	ADDQ(Imm(uint64(v.bytes())), x)
	ADDQ(Imm(uint64(v.bytes())), y)
	SUBQ(Imm(uint64(v.bytes()/4)), n)
	JNZ(LabelRef("gelu" + v.suffix()))
	VZEROUPPER()
	RET()
}

// geluGrad is d = dy·(Φ(x) + x·φ(x)); φ by the polynomial exp below. In x·φ(x) x is
// clamped to ±12, where that is 3e-31, so that what is larger has no part in it.
func geluGrad(v vector) {
	s := v.suffix()
	p, q := table("gradP"+s, erfP), table("gradQ"+s, erfQ)
	ex := table("gradE"+s, []float32{1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1})
	TEXT("geluGrad"+s, NOSPLIT, "func(d, dy, x *float32, n int)")
	Pragma("noescape")
	Doc("geluGrad" + s + ": d[i] = dy[i]·(Φ(x[i]) + x[i]·φ(x[i])) for i<n, n a multiple of the vector.")
	d, dy, x, n := Load(Param("d"), GP64()), Load(Param("dy"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	root, four, less := constant(v, "ggRoot", 0.70710678118654752), constant(v, "ggFour", 4), constant(v, "ggLess", -4)
	half, log2e := constant(v, "ggHalf", 0.5), constant(v, "ggLog2e", 1.4426950408889634)
	hi, lo := constant(v, "ggHi", 0.693359375), constant(v, "ggLo", -2.12194440e-4)
	phi := constant(v, "ggPhi", 0.3989422804014327)
	far, near := constant(v, "ggFar", 12), constant(v, "ggNear", -12)
	Label("geluGrad" + s)
	a, u := v.new(), v.new()
	VMOVUPS(Mem{Base: x}, a)
	VMULPS(root, a, u)
	VMINPS(u, four, u)
	VMAXPS(u, less, u)
	e := erf(v, "gg", u, p, q)
	VFMADD213PS(half, half, e) // Φ = e/2 + 1/2
	VMINPS(a, far, a)
	VMAXPS(a, near, a)
	// t = -x²/2 = k·ln2 + r; exp(t) = 2^k·poly(r)
	t, k := v.new(), v.new()
	VMULPS(half, a, t)
	neg := v.new()
	VXORPS(neg, neg, neg)
	VSUBPS(a, neg, neg)
	VMULPS(neg, t, t)
	VMULPS(log2e, t, k)
	if s == "512" {
		VRNDSCALEPS(Imm(8), k, k)
	} else {
		VROUNDPS(Imm(8), k, k)
	}
	VFNMADD231PS(hi, k, t)
	VFNMADD231PS(lo, k, t)
	g := v.new()
	VBROADCASTSS(ex[0], g)
	for _, c := range ex[1:] {
		w := v.new()
		VBROADCASTSS(c, w)
		VFMADD213PS(w, t, g)
	}
	VCVTPS2DQ(k, k)
	VPSLLD(Imm(23), k, k)
	VPADDD(k, g, g)
	VMULPS(phi, g, g)
	VFMADD213PS(e, a, g) // x·φ + Φ
	VMULPS(Mem{Base: dy}, g, g)
	VMOVUPS(g, Mem{Base: d})
	for _, r := range []Register{d, dy, x} {
		ADDQ(Imm(uint64(v.bytes())), r)
	}
	SUBQ(Imm(uint64(v.bytes()/4)), n)
	JNZ(LabelRef("geluGrad" + s))
	VZEROUPPER()
	RET()
}

// adamw is one optimiser step for n elements, a multiple of the width; s holds
// scale, keep, beta1, 1-beta1, beta2, 1-beta2, 1/(1-beta1^t), 1/(1-beta2^t), eps, rate.
func adamw(v vector) {
	name := "adamw" + v.suffix()
	TEXT(name, NOSPLIT, "func(p, grad, m, v *float32, n int, s *[10]float32)")
	Pragma("noescape")
	Doc(name + ": one AdamW step; s holds scale, keep, beta1, 1-beta1, beta2, 1-beta2, 1/(1-beta1^t), 1/(1-beta2^t), eps, rate.")
	p, g, m, w := Load(Param("p"), GP64()), Load(Param("grad"), GP64()), Load(Param("m"), GP64()), Load(Param("v"), GP64())
	n, s := Load(Param("n"), GP64()), Load(Param("s"), GP64())
	c := make([]VecVirtual, 10)
	if v.suffix() == "512" {
		for i := range c {
			c[i] = v.new()
			VBROADCASTSS(Mem{Base: s, Disp: 4 * i}, c[i])
		}
	}
	use := func(i int) VecVirtual {
		if c[i] != nil {
			return c[i]
		}
		r := v.new()
		VBROADCASTSS(Mem{Base: s, Disp: 4 * i}, r)
		return r
	}
	Label(name)
	gr, mo, ve, pa := v.new(), v.new(), v.new(), v.new()
	VMULPS(Mem{Base: g}, use(0), gr)
	VMULPS(Mem{Base: m}, use(2), mo)
	VFMADD231PS(use(3), gr, mo)
	VMOVUPS(mo, Mem{Base: m})
	VMULPS(gr, gr, gr)
	VMULPS(Mem{Base: w}, use(4), ve)
	VFMADD231PS(use(5), gr, ve)
	VMOVUPS(ve, Mem{Base: w})
	VMULPS(use(7), ve, ve)
	VSQRTPS(ve, ve)
	VADDPS(use(8), ve, ve)
	VMULPS(use(6), mo, mo)
	VDIVPS(ve, mo, mo)
	VMULPS(Mem{Base: p}, use(1), pa)
	VFNMADD231PS(use(9), mo, pa)
	VMOVUPS(pa, Mem{Base: p})
	for _, r := range []Register{p, g, m, w} {
		ADDQ(Imm(uint64(v.bytes())), r)
	}
	SUBQ(Imm(uint64(v.bytes()/4)), n)
	JNZ(LabelRef(name))
	VZEROUPPER()
	RET()
}

// peak512 and peak256 do n rounds of independent FMAs, to measure the machine's limit.
func peak512() { peak(zmm{}, 16) }
func peak256() { peak(ymm{}, 12) }

func peak(v vector, chains int) {
	name := "peak" + v.suffix()
	TEXT(name, NOSPLIT, "func(n int)")
	Doc(fmt.Sprintf("%s does n rounds of %d independent FMAs, to measure the machine's limit.", name, chains))
	n := Load(Param("n"), GP64())
	acc := make([]VecVirtual, chains)
	for i := range acc {
		acc[i] = v.new()
		VXORPS(acc[i], acc[i], acc[i])
	}
	x := v.new()
	VXORPS(x, x, x)
	Label(name)
	for i := range acc {
		VFMADD231PS(x, x, acc[i])
	}
	DECQ(n)
	JNZ(LabelRef(name))
	VZEROUPPER()
	RET()
}
