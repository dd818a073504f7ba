package hwtest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"ltpbench/hw"
)

// probe is a check under way: devices, random numbers, and all memory handed out
// since the last case with the guards around it.
type probe struct {
	open     Open
	d        hw.Device
	back     hw.Backward
	devices  []hw.Device
	rng      *rand.Rand
	label    string // the case under way
	failures []string
	guarded  []guarded
}

type guarded struct {
	floats hw.Mat
	ints   hw.Ints
}

// guard is how many elements lie before and after each piece of memory.
const guard = 64

// poison is a NaN with a mark: what is read beyond a matrix shows in the result,
// what is written there is missed.
var poison = math.Float32frombits(0x7fc0dead)

const poisonInt = math.MinInt32 + 77

// enough ends a check that has failed often.
var enough = new(int)

// device opens another device; it is closed with the check.
func (p *probe) device(o hw.Options) hw.Device {
	d, err := p.open(o)
	if err != nil {
		p.fail("open: %v", err)
		return nil
	}
	p.devices = append(p.devices, d)
	return d
}

// fail notes a failure of the case under way.
func (p *probe) fail(format string, args ...any) {
	p.failures = append(p.failures, fmt.Sprintf("%s: %s (seed %d)", p.label, fmt.Sprintf(format, args...), seed))
	if len(p.failures) > 8 {
		panic(enough)
	}
}

// begin starts a case.
func (p *probe) begin(format string, args ...any) { p.label = fmt.Sprintf(format, args...) }

// end ends it: no error, and no write beyond any piece of memory.
func (p *probe) end() {
	if err := p.d.Sync(); err != nil {
		p.fail("Sync: %v", err)
	}
	for _, g := range p.guarded {
		if !g.floats.Absent() {
			for i, v := range around(p.floats(g.floats)) {
				if math.Float32bits(v) != math.Float32bits(poison) {
					p.fail("a write beyond a matrix of %d elements, at place %d of the guards", g.floats.Rows-2*guard, i)
					break
				}
			}
		}
		if !g.ints.Absent() {
			for i, v := range around(p.ints(g.ints)) {
				if v != poisonInt {
					p.fail("a write beyond a list of %d entries, at place %d of the guards", g.ints.N-2*guard, i)
					break
				}
			}
		}
	}
	p.guarded = p.guarded[:0]
}

// around returns the guards before and after.
func around[T any](all []T) []T {
	return append(append([]T(nil), all[:guard]...), all[len(all)-guard:]...)
}

// mat puts x between guards on the device.
func (p *probe) mat(x mat) hw.Mat { return p.matOn(p.d, x) }

func (p *probe) matOn(d hw.Device, x mat) hw.Mat {
	n := x.rows * x.cols
	m := d.Floats(n+2*guard, 1)
	host := make([]float32, n+2*guard)
	for i := range host {
		host[i] = poison
	}
	for i, v := range x.x {
		host[guard+i] = float32(v)
	}
	d.Write(m, host)
	if d == p.d {
		p.guarded = append(p.guarded, guarded{floats: m})
	}
	return m.Slice(guard, guard+n).Shape(x.rows, x.cols)
}

// out returns a matrix full of poison, to be written.
func (p *probe) out(rows, cols int) hw.Mat {
	m := p.mat(mat{rows: rows, cols: cols})
	host := make([]float32, rows*cols)
	for i := range host {
		host[i] = poison
	}
	p.d.Write(m, host)
	return m
}

// list puts entries between guards on the device.
func (p *probe) list(entries []int32) hw.Ints { return p.listOn(p.d, entries) }

func (p *probe) listOn(d hw.Device, entries []int32) hw.Ints {
	v := d.Ints(len(entries) + 2*guard)
	host := make([]int32, len(entries)+2*guard)
	for i := range host {
		host[i] = poisonInt
	}
	copy(host[guard:], entries)
	d.WriteInts(v, host)
	if d == p.d {
		p.guarded = append(p.guarded, guarded{ints: v})
	}
	v.Off, v.N = v.Off+guard, len(entries)
	return v
}

func (p *probe) floats(m hw.Mat) []float32 { return floatsOf(p.d, m) }

func floatsOf(d hw.Device, m hw.Mat) []float32 {
	host := make([]float32, m.Rows*m.Cols)
	d.Read(host, m)
	return host
}

func (p *probe) ints(v hw.Ints) []int32 {
	host := make([]int32, v.N)
	p.d.ReadInts(host, v)
	return host
}

// random returns normally distributed numbers that are float32s.
func (p *probe) random(rows, cols int) mat { return random(p.rng, rows, cols, 1) }

func random(r *rand.Rand, rows, cols int, scale float64) mat {
	m := zeros(rows, cols)
	for i := range m.x {
		m.x[i] = float64(float32(r.NormFloat64() * scale))
	}
	return m
}

// want compares a matrix with the reference.
func (p *probe) want(what string, got hw.Mat, want mat) {
	p.near(what, got, want, For(p.d.Info().Type))
}

func (p *probe) near(what string, got hw.Mat, want mat, t Tolerance) {
	if got.Rows != want.rows || got.Cols != want.cols {
		panic("hwtest: " + what + ": the suite compares different shapes")
	}
	for i, v := range p.floats(got) {
		if !t.Allows(float64(v), want.x[i]) {
			p.fail("%s: row %d, column %d is %v, want %v", what, i/want.cols, i%want.cols, v, want.x[i])
			return
		}
	}
}

// same compares bits.
func (p *probe) same(what string, got, want []float32) {
	for i, v := range got {
		if math.Float32bits(v) != math.Float32bits(want[i]) {
			p.fail("%s: element %d is %v, and was %v", what, i, v, want[i])
			return
		}
	}
}
