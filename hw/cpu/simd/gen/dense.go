package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// together is how many k a dense tile does without moving its pointers.
const together = 8

// below makes tiles one below the other. Between one and the next the multipliers
// hardly wait, while a call for each of them cost some 2 % of a product.
func (t *tile) below(name string, args Register) {
	t.fetch, t.fetchStep = field(args, fieldFetch), field(args, fieldFetchStep)
	c, ldc, init, tiles := field(args, fieldC), field(args, fieldLdc), field(args, fieldInit), field(args, fieldTiles)
	b, left := GP64(), GP64()
	t.b = []Register{b}
	Label(name + "tile")
	MOVQ(Mem{Base: args, Disp: 8 * fieldB}, b)
	MOVQ(Mem{Base: args, Disp: 8 * fieldK}, t.k)
	MOVQ(t.k, left)
	t.begin(name, init, args)
	SHRQ(Imm(3), t.k)
	t.steps(name+"eight", t.k, together)
	ANDQ(Imm(together-1), left)
	t.steps(name+"rest", left, 1)
	t.end(c, ldc)
	for _, r := range t.a { // from the end of these rows to the start of the next
		ADDQ(Mem{Base: args, Disp: 8 * fieldTurn}, r)
	}
	DECQ(tiles)
	JNZ(LabelRef(name + "tile"))
}

// steps runs count times over so many k; the flags tell whether count is 0.
func (t *tile) steps(label string, count Register, k int) {
	JZ(LabelRef(label + "done"))
	Label(label)
	for i := range k {
		t.step(i)
	}
	t.ahead(k)
	for _, r := range t.a {
		ADDQ(Imm(uint64(4*k)), r)
	}
	ADDQ(U32(k*t.vectors*t.v.bytes()), t.b[0])
	DECQ(count)
	JNZ(LabelRef(label))
	Label(label + "done")
}

// ahead fetches what the coming tiles need, for so many k.
func (t *tile) ahead(k int) {
	switch {
	case k == 1:
		for line := 0; line < 2*t.v.bytes(); line += 64 {
			PREFETCHT1(Mem{Base: t.fetch, Disp: line})
		}
		ADDQ(t.fetchStep, t.fetch)
	case t.few:
		for range k / 2 {
			PREFETCHT1(Mem{Base: t.fetch})
			PREFETCHT1(Mem{Base: t.fetch, Index: t.fetchStep, Scale: 1})
			LEAQ(Mem{Base: t.fetch, Index: t.fetchStep, Scale: 2}, t.fetch)
		}
	default: // a step is a quarter of a line or less
		PREFETCHT1(Mem{Base: t.fetch})
		PREFETCHT1(Mem{Base: t.fetch, Disp: 64})
		LEAQ(Mem{Base: t.fetch, Index: t.fetchStep, Scale: 8}, t.fetch)
	}
}
