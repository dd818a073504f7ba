package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// together is how many k a dense tile does without moving its pointers.
const together = 4

// denseLoop runs over k, several at a time and then the rest one by one.
func (t *tile) denseLoop(name string) {
	left := GP64()
	MOVQ(t.k, left)
	ANDQ(Imm(together-1), left)
	for _, part := range []struct {
		label string
		count Register
		at    int
	}{{"four", t.k, together}, {"rest", left, 1}} {
		if part.at > 1 {
			SHRQ(Imm(2), part.count)
		} else {
			TESTQ(part.count, part.count)
		}
		JZ(LabelRef(name + part.label + "done"))
		Label(name + part.label)
		for k := range part.at {
			t.step(k)
		}
		t.ahead(part.at)
		for _, r := range t.a {
			ADDQ(Imm(uint64(4*part.at)), r)
		}
		ADDQ(U32(part.at*t.vectors*t.v.bytes()), t.b[0])
		DECQ(part.count)
		JNZ(LabelRef(name + part.label))
		Label(name + part.label + "done")
	}
}

// ahead fetches what the coming tiles need, for so many k.
func (t *tile) ahead(steps int) {
	if steps == 1 {
		for line := 0; line < 2*t.v.bytes(); line += 64 {
			PREFETCHT1(Mem{Base: t.fetch, Disp: line})
		}
		ADDQ(t.fetchStep, t.fetch)
		return
	}
	for range steps / 2 {
		PREFETCHT1(Mem{Base: t.fetch})
		PREFETCHT1(Mem{Base: t.fetch, Index: t.fetchStep, Scale: 1})
		LEAQ(Mem{Base: t.fetch, Index: t.fetchStep, Scale: 2}, t.fetch)
	}
}
