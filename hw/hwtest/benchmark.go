package hwtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"ltpbench/hw"
)

// Limits is what a device's machine can do at most: GFLOP/s of multiply-adds alone,
// and GB/s read from memory. 0: not known.
type Limits struct{ GFLOPs, GBytes float64 }

// Benchmark measures a device's operations at the sizes of small encoders. Rates
// count a product's multiplications and additions, or the bytes that an
// operation has to move, and stand beside their share of the limit: "of-peak" or
// "of-memory", which is above 1 where the bytes come from a cache.
func Benchmark(b *testing.B, open Open, limits Limits) {
	d, err := open(hw.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	m := &bench{B: b, d: d, limits: limits, r: rand.New(rand.NewPCG(seed, 2))}
	for _, s := range [][3]int{{512, 384, 1536}, {2048, 768, 3072}, {32, 384, 1536}, {1, 384, 1536}} {
		m.linear(s[0], s[1], s[2])
	}
	for _, s := range [][2]int{{1, 25}, {32, 25}, {8, 128}, {1, 512}} {
		m.attention(s[0], s[1], hw.NoScore)
		m.attention(s[0], s[1], hw.Received)
	}
	m.context(32, 25)
	m.rows(800, 384)
	m.moves(800, 384)
	if back, ok := d.(hw.Backward); ok {
		m.back = back
		m.training()
	}
}

type bench struct {
	*testing.B
	d      hw.Device
	back   hw.Backward
	r      *rand.Rand
	limits Limits
}

// time runs op until the measure is good; amount is what one op does, in units of 1e9.
func (m *bench) time(name, unit string, amount float64, op func()) {
	m.Run(name, func(b *testing.B) {
		op()
		m.sync(b)
		for b.Loop() {
			op()
			m.sync(b)
		}
		rate := amount * float64(b.N) / b.Elapsed().Seconds() / 1e9
		b.ReportMetric(rate, unit)
		if share, limit := m.limits.of(unit); limit > 0 {
			b.ReportMetric(rate/limit, share)
		}
	})
}

// of names the share that a rate in this unit is of its limit.
func (l Limits) of(unit string) (share string, limit float64) {
	if unit == "GB/s" {
		return "of-memory", l.GBytes
	}
	return "of-peak", l.GFLOPs
}

func (m *bench) sync(b *testing.B) {
	if err := m.d.Sync(); err != nil {
		b.Fatal(err)
	}
}

func (m *bench) mat(rows, cols int) hw.Mat {
	on := m.d.Floats(rows, cols)
	m.d.Write(on, random(m.r, rows, cols, 1).float32s())
	return on
}

func (m *bench) list(entries []int32) hw.Ints {
	v := m.d.Ints(len(entries))
	m.d.WriteInts(v, entries)
	return v
}

func (m *bench) linear(rows, in, out int) {
	w, bias := random(m.r, out, in, 0.1).float32s(), make([]float32, out)
	x, y, packed := m.mat(rows, in), m.d.Floats(rows, out), m.d.Pack(w, bias, out, in)
	flops := 2 * float64(rows*in*out)
	shape := fmt.Sprintf("op=Linear/shape=%dx%dx%d", rows, in, out)
	m.time(shape+"/act=none", "GFLOP/s", flops, func() { m.d.Linear(y, x, packed, hw.Identity, hw.Mat{}) })
	m.time(shape+"/act=gelu", "GFLOP/s", flops, func() { m.d.Linear(y, x, packed, hw.GELU, hw.Mat{}) })
}

// attending makes an attention of 12 heads of 32.
func (m *bench) attending(count, length int, kind hw.ScoreKind) *hw.Attention {
	var ls []int
	for range count {
		ls = append(ls, length)
	}
	n := count * length
	s := hw.Seqs{Offsets: m.list(offsetsOf(ls)), Count: count, Rows: n, Longest: length}
	return &hw.Attention{
		Heads: 12, Q: m.mat(n, 384), KV: m.mat(n, 768), QSeqs: s, Seqs: s,
		Score: hw.Score{Kind: kind}, Scored: m.d.Floats(n, 1), Probs: m.d.Probs(12, n*length),
	}
}

func (m *bench) attention(count, length int, kind hw.ScoreKind) {
	a := m.attending(count, length, kind)
	y := m.d.Floats(count*length, 384)
	m.time(fmt.Sprintf("op=attention/shape=%dx%d/score=%d", count, length, kind), "GFLOP/s", 4*384*float64(count*length*length), func() {
		m.d.Scores(a)
		m.d.Context(y, a, hw.Ints{})
	})
}

func (m *bench) rows(rows, cols int) {
	x, y, rest := m.mat(rows, cols), m.d.Floats(rows, cols), m.mat(rows, cols)
	g := hw.NormWeights{Gain: m.mat(1, cols), Bias: m.mat(1, cols), Eps: 1e-12}
	bytes := 4 * float64(rows*cols)
	m.time(fmt.Sprintf("op=Norm/shape=%dx%d", rows, cols), "GB/s", 3*bytes, func() { m.d.Norm(y, x, rest, g) })
	list := make([]int32, rows/2)
	for i := range list {
		list[i] = int32(2 * i)
	}
	half := m.list(list)
	m.time(fmt.Sprintf("op=Gather/shape=%dx%d", rows/2, cols), "GB/s", bytes, func() { m.d.Gather(y.Top(rows/2), x, half) })
}

func (m *bench) training() {
	d := m.back
	const rows = 800
	for _, s := range [][2]int{{384, 1536}, {1536, 384}} {
		in, out := s[0], s[1]
		w := random(m.r, out, in, 0.1).float32s()
		t := d.Trainable(w, nil, out, in)
		x, dy, dx, dw, db := m.mat(rows, in), m.mat(rows, out), m.mat(rows, in), m.mat(out, in), m.mat(1, out)
		flops, shape := 2*float64(rows*in*out), fmt.Sprintf("shape=%dx%dx%d", rows, in, out)
		m.time("op=LinearGrad/"+shape, "GFLOP/s", 2*flops, func() { d.LinearGrad(dx, dw, db, dy, x, t) })
		m.time("op=LinearGrad.dx/"+shape, "GFLOP/s", flops, func() { d.LinearGrad(dx, hw.Mat{}, hw.Mat{}, dy, x, t) })
		m.time("op=LinearGrad.dw/"+shape, "GFLOP/s", flops, func() { d.LinearGrad(hw.Mat{}, dw, hw.Mat{}, dy, x, t) })
		m.time("op=Repack/"+shape, "GB/s", 4*4*float64(in*out), func() { d.Repack(t) })
	}
	x, dy, dx := m.mat(rows, 1536), m.mat(rows, 1536), m.mat(rows, 1536)
	m.time("op=ActGrad/shape=800x1536", "GB/s", 12*rows*1536, func() { d.ActGrad(dx, dy, x, hw.GELU) })
	g := hw.NormWeights{Gain: m.mat(1, 384), Bias: m.mat(1, 384), Eps: 1e-12}
	small := func(m hw.Mat) hw.Mat { return m.Shape(rows, 384) }
	gain, bias := m.mat(1, 384), m.mat(1, 384)
	m.time("op=NormGrad/shape=800x384", "GB/s", 16*rows*384, func() { d.NormGrad(small(dx), gain, bias, small(dy), small(x), small(x), g) })
	keys := m.list(make([]int32, 2*rows))
	drop := hw.Dropout{Rate: 0.1, Seed: 1, Keys: keys}
	m.time("op=Dropout/shape=800x384", "GB/s", 8*rows*384, func() { d.Dropout(small(dx), small(x), drop) })

	a := m.attending(32, 25, hw.Received)
	a.Drop = drop
	y, dq, dkv, ds := m.mat(rows, 384), m.mat(rows, 384), m.mat(rows, 768), m.mat(rows, 1)
	m.time("op=attention/shape=32x25/dropout", "GFLOP/s", 4*384*32*25*25, func() {
		d.Scores(a)
		d.Context(y, a, hw.Ints{})
	})
	m.time("op=AttentionGrad/shape=32x25", "GFLOP/s", 8*384*32*25*25, func() { d.AttentionGrad(hw.AttentionGrads{Q: dq, KV: dkv}, y, a, hw.Ints{}, ds) })

	const n = 4 << 20
	p, grad, m1, m2, norm := m.mat(1, n), m.mat(1, n), m.d.Floats(1, n), m.d.Floats(1, n), m.mat(1, 1)
	m.time("op=AdamW/shape=4M", "GB/s", 28*n, func() {
		d.AdamW(p, grad, m1, m2, hw.AdamW{Rate: 1e-4, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: 1, Norm: norm, Clip: 1})
	})
	grads := []hw.Mat{grad}
	m.time("op=GradNorm/shape=4M", "GB/s", 4*n, func() { d.GradNorm(norm, grads) })
	m.time("op=Zero/shape=4M", "GB/s", 4*n, func() { d.Zero(grad) })
}
