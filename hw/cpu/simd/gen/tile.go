package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tiles writes the kernels of products. A tile of many rows is two vectors wide,
// so that its columns of B, a panel, stay in the first-level cache. With three rows
// or fewer B is read once anyway, and wide tiles have sums enough to keep the
// multipliers busy.
func tiles() {
	for m := 1; m <= 12; m++ {
		tile{v: zmm{}, rows: m, vectors: 2, edge: true}.write(fmt.Sprintf("tile512x%d", m))
	}
	for m := 1; m <= 6; m++ {
		tile{v: ymm{}, rows: m, vectors: 2, dense: true}.write(fmt.Sprintf("dense256x%d", m))
		tile{v: ymm{}, rows: m, vectors: 2, dense: true, few: true}.write(fmt.Sprintf("few256x%d", m))
		tile{v: ymm{}, rows: m, vectors: 2}.write(fmt.Sprintf("tile256x%d", m))
		tile{v: ymm{}, rows: m, vectors: 2, edge: true}.write(fmt.Sprintf("tile256x%dedge", m))
	}
	for m := 1; m <= 3; m++ {
		for _, v := range []vector{zmm{}, ymm{}} {
			tile{v: v, rows: m, vectors: wide(m)}.write(fmt.Sprintf("wide%sx%d", v.suffix(), m))
		}
	}
}

// wide is how many vectors a wide tile of so many rows has.
func wide(rows int) int {
	if rows == 1 {
		return 8
	}
	return 4
}

// tile is C = init + A·B for a few rows and columns, with one chain of FMAs over k
// for each element.
type tile struct {
	v             vector
	rows, vectors int
	edge          bool // columns outside mask are neither read nor written
	dense         bool // A's rows and B's panel have no gaps: several k, and several tiles, at a time
	few           bool // dense, and fetches every line of the next panel

	// registers
	k, acs, ars, ldb Register
	fetch, fetchStep Register
	a                []Register // a, a+3·ars, a+6·ars ...
	b, next          []Register // pointers to pairs of vectors: b, b+3·next; next, 2·next
	masks            [2]Op
	acc              [][]VecVirtual
}

// field loads one word of the argument structure.
func field(args Register, i int) GPVirtual {
	r := GP64()
	MOVQ(Mem{Base: args, Disp: 8 * i}, r)
	return r
}

// The words of the argument structure, see type tile of package simd.
const (
	fieldC = iota
	fieldLdc
	fieldA
	fieldArs
	fieldAcs
	fieldB
	fieldLdb
	fieldInit
	fieldLdinit
	fieldK
	fieldMask
	fieldNext
	fieldFetch
	fieldFetchStep
	fieldTiles
	fieldTurn
)

func (t tile) write(name string) {
	TEXT(name, NOSPLIT, "func(t *uint64)")
	Pragma("noescape")
	masked := ""
	if t.edge {
		masked = " Columns outside mask are neither read nor written."
	}
	if t.dense {
		masked = fmt.Sprintf(" acs is 1, ldb %d. So for as many tiles one below the other.", t.vectors*t.v.bytes()/4)
	}
	Doc(fmt.Sprintf("%s: for i<%d, j<%d: s := init[i·ldinit+j]; for k: s = fma(a[i·ars+k·acs], b[k·ldb+j], s); c[i·ldc+j] = s.%s", name, t.rows, t.vectors*t.v.bytes()/4, masked))
	args := Load(Param("t"), GP64())
	t.k, t.ars = field(args, fieldK), field(args, fieldArs)
	if !t.dense {
		t.acs, t.ldb = field(args, fieldAcs), field(args, fieldLdb)
	}
	t.a = []Register{field(args, fieldA)}
	for i := 3; i < t.rows; i += 3 {
		r := GP64()
		LEAQ(Mem{Base: t.a[len(t.a)-1], Index: t.ars, Scale: 2}, r)
		ADDQ(t.ars, r)
		t.a = append(t.a, r)
	}
	t.loadMasks(args)
	if t.dense {
		t.below(name, args)
	} else {
		t.begin(name, field(args, fieldInit), args)
		t.loop(name, args)
		t.end(field(args, fieldC), field(args, fieldLdc))
	}
	VZEROUPPER()
	RET()
}

// loadMasks makes a mask for each of the two vectors.
func (t *tile) loadMasks(args Register) {
	if !t.edge {
		return
	}
	mask := field(args, fieldMask)
	for i := range t.masks {
		if t.v.bytes() == 64 { // a bit for each column
			k := K()
			KMOVW(mask.As32(), k)
			SHRQ(Imm(16), mask)
			t.masks[i] = k
		} else { // the address of 16 words of all ones or all zeroes
			m := YMM()
			VMOVUPS(Mem{Base: mask, Disp: 32 * i}, m)
			t.masks[i] = m
		}
	}
}

// load reads vector j of a row.
func (t *tile) load(from Mem, to VecVirtual, j int) {
	switch {
	case !t.edge:
		VMOVUPS(from, to)
	case t.v.bytes() == 64:
		VMOVUPS_Z(from, t.masks[j], to)
	default:
		VMASKMOVPS(from, t.masks[j], to)
	}
}

func (t *tile) store(r VecVirtual, to Mem, j int) {
	switch {
	case !t.edge:
		VMOVUPS(r, to)
	case t.v.bytes() == 64:
		VMOVUPS(r, t.masks[j], to)
	default:
		VMASKMOVPS(r, t.masks[j], to)
	}
}

// begin sets the sums to what C begins with, and init to the row after.
func (t *tile) begin(name string, init, args Register) {
	for range t.rows {
		var row []VecVirtual
		for range t.vectors {
			r := t.v.new()
			if t.v.bytes() == 64 {
				VPXORD(r, r, r)
			} else {
				VXORPS(r, r, r)
			}
			row = append(row, r)
		}
		t.acc = append(t.acc, row)
	}
	TESTQ(init, init)
	JZ(LabelRef(name + "zero"))
	for i := range t.acc {
		for j, r := range t.acc[i] {
			t.load(Mem{Base: init, Disp: j * t.v.bytes()}, r, j)
		}
		ADDQ(Mem{Base: args, Disp: 8 * fieldLdinit}, init)
	}
	Label(name + "zero")
}

// end writes the sums and sets c to the row after.
func (t *tile) end(c, ldc Register) {
	for i := range t.acc {
		for j, r := range t.acc[i] {
			t.store(r, Mem{Base: c, Disp: j * t.v.bytes()}, j)
		}
		ADDQ(ldc, c)
	}
}

// loop runs over k.
func (t *tile) loop(name string, args Register) {
	t.b = []Register{field(args, fieldB)}
	if t.vectors > 2 {
		t.next = []Register{field(args, fieldNext)}
	}
	if t.vectors > 6 {
		r := GP64()
		LEAQ(Mem{Base: t.b[0], Index: t.next[0], Scale: 2}, r)
		ADDQ(t.next[0], r)
		t.b = append(t.b, r)
	}
	if t.vectors == 2 {
		t.fetch, t.fetchStep = field(args, fieldFetch), field(args, fieldFetchStep)
	}
	TESTQ(t.k, t.k)
	JZ(LabelRef(name + "done"))
	Label(name + "loop")
	switch {
	case t.vectors > 2:
		t.wideStep()
	case t.edge && t.v.bytes() == 32 && t.rows == 6:
		t.halfSteps()
	default:
		t.step(0)
		t.ahead(1)
	}
	for _, r := range t.a {
		ADDQ(t.acs, r)
	}
	for _, r := range t.b {
		ADDQ(t.ldb, r)
	}
	DECQ(t.k)
	JNZ(LabelRef(name + "loop"))
	Label(name + "done")
}

// row returns the operand of A's element in row i, so many k on.
func (t *tile) row(i, k int) Mem {
	if i%3 == 0 {
		return Mem{Base: t.a[i/3], Disp: 4 * k}
	}
	return Mem{Base: t.a[i/3], Index: t.ars, Scale: uint8(i % 3), Disp: 4 * k}
}

// column returns the operand of B's vector j, so many k on.
func (t *tile) column(j, k int) Mem {
	m := Mem{Base: t.b[j/6], Disp: j%2*t.v.bytes() + k*t.vectors*t.v.bytes()}
	if pair := j / 2 % 3; pair > 0 {
		m.Index, m.Scale = t.next[0], uint8(pair)
	}
	return m
}

// step multiplies one k: two vectors of B stay in registers while A's go by.
func (t *tile) step(k int) {
	b0, b1 := t.v.new(), t.v.new()
	t.load(t.column(0, k), b0, 0)
	t.load(t.column(1, k), b1, 1)
	x := t.v.new()
	for i := range t.acc {
		if t.v.bytes() == 64 || !t.edge && i%2 == 1 {
			x = t.v.new()
		}
		VBROADCASTSS(t.row(i, k), x)
		VFMADD231PS(b0, x, t.acc[i][0])
		VFMADD231PS(b1, x, t.acc[i][1])
	}
}

// halfSteps is step where sixteen registers do not hold two masks beside the rest:
// one vector of B at a time.
func (t *tile) halfSteps() {
	b, x := t.v.new(), t.v.new()
	for j := range 2 {
		t.load(t.column(j, 0), b, j)
		for i := range t.acc {
			VBROADCASTSS(t.row(i, 0), x)
			VFMADD231PS(b, x, t.acc[i][j])
		}
	}
}

// wideStep keeps A's elements in registers while B's vectors go by.
func (t *tile) wideStep() {
	var x []VecVirtual
	for i := range t.acc {
		r := t.v.new()
		VBROADCASTSS(t.row(i, 0), r)
		x = append(x, r)
	}
	for j := range t.vectors {
		if t.rows == 1 {
			VFMADD231PS(t.column(j, 0), x[0], t.acc[0][j])
			continue
		}
		b := t.v.new()
		VMOVUPS(t.column(j, 0), b)
		for i := range t.acc {
			VFMADD231PS(b, x[i], t.acc[i][j])
		}
	}
}
