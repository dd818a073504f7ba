package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// words returns a register with a 64-bit constant for each lane; a single one goes
// to all lanes.
func words(name string, list ...uint64) VecVirtual {
	ref := GLOBL(name, RODATA|NOPTR)
	for i, x := range list {
		DATA(8*i, U64(x))
	}
	r := YMM()
	if len(list) == 1 {
		VPBROADCASTQ(ref, r)
	} else {
		VMOVDQU(ref, r)
	}
	return r
}

// times multiplies 64-bit lanes by a constant, from its 32-bit halves.
type times struct{ low, high VecVirtual }

func newTimes(name string, c uint64) times {
	return times{words(name, c), words(name+"High", c>>32)}
}

func (c times) of(z VecVirtual) {
	t, u := YMM(), YMM()
	VPSRLQ(Imm(32), z, t)
	VPMULUDQ(c.low, t, t)
	VPMULUDQ(c.high, z, u)
	VPADDQ(u, t, t)
	VPSLLQ(Imm(32), t, t)
	VPMULUDQ(c.low, z, z)
	VPADDQ(t, z, z)
}

// dropout is y = x·up for n elements, a multiple of 16, or 0 where the element's 16
// bits of SplitMix64 (Steele et al., OOPSLA 2014) over key, key+1, ... lie below bar.
func dropout() {
	const name = "dropout256"
	TEXT(name, NOSPLIT, "func(y, x *float32, n int, key uint64, bar uint32, up float32)")
	Pragma("noescape")
	Doc(name + ": y[4g+i] = x[4g+i]·up, or 0 where bits 16i to 16i+15 of mix(key+g) lie below bar, for 4g+i<n, n a multiple of 16 and not 0.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	param := func(name string) Mem {
		at, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		return at.Addr
	}
	state, bar, up := YMM(), YMM(), YMM()
	VPBROADCASTQ(param("key"), state)
	VBROADCASTSS(param("bar"), bar)
	VBROADCASTSS(param("up"), up)
	const golden = 0x9e3779b97f4a7c15
	VPADDQ(words(name+"First", golden, golden+1, golden+2, golden+3), state, state)
	four := words(name+"Four", 4)
	first, second := newTimes(name+"A", 0xbf58476d1ce4e5b9), newTimes(name+"B", 0x94d049bb133111eb)
	Label(name)
	z := YMM()
	VMOVDQA(state, z)
	VPADDQ(four, state, state)
	shifted := YMM()
	for i, shift := range []uint64{30, 27, 31} {
		VPSRLQ(Imm(shift), z, shifted)
		VPXOR(shifted, z, z)
		if i < 2 {
			[]times{first, second}[i].of(z)
		}
	}
	high := XMM()
	VEXTRACTI128(Imm(1), z, high)
	for i, half := range []VecVirtual{z.AsX().(VecVirtual), high} {
		below, v := YMM(), YMM()
		VPMOVZXWD(half, below)
		VPSUBD(bar, below, below)
		VPSRAD(Imm(31), below, below)
		VMULPS(Mem{Base: x, Disp: 32 * i}, up, v)
		VANDNPS(v, below, v)
		VMOVUPS(v, Mem{Base: y, Disp: 32 * i})
	}
	ADDQ(Imm(64), x)
	ADDQ(Imm(64), y)
	SUBQ(Imm(16), n)
	JNZ(LabelRef(name))
	VZEROUPPER()
	RET()
}
