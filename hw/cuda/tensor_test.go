//go:build cuda && cgo

package cuda

import (
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
)

// small is an attention of two sequences, 3 heads of 40 columns, on a device.
type small struct {
	*hw.Attention
	y, dq, dkv hw.Mat
}

func newSmall(t *testing.T, d *device, q, kv []float32) small {
	t.Helper()
	seqs := hw.Seqs{Offsets: d.Ints(3), Count: 2, Rows: 100, Longest: 70}
	d.WriteInts(seqs.Offsets, []int32{0, 70, 100})
	a := small{&hw.Attention{
		Heads: 3, Q: d.Floats(100, 120), KV: d.Floats(100, 240), QSeqs: seqs, Seqs: seqs,
		Score: hw.Score{Kind: hw.Received}, Scored: d.Floats(100, 1), Probs: d.Probs(3, 70*70+30*30),
	}, d.Floats(100, 120), d.Floats(100, 120), d.Floats(100, 240)}
	d.Write(a.Q, q)
	d.Write(a.KV, kv)
	return a
}

func read(t *testing.T, d *device, m hw.Mat) []float32 {
	t.Helper()
	list := make([]float32, m.Rows*m.Cols)
	d.Read(list, m)
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	return list
}

// apart is the largest difference of two lists, relative to the first.
func apart(x, y []float32) (most float64) {
	for i := range x {
		most = max(most, math.Abs(float64(x[i]-y[i]))/math.Abs(float64(x[i])))
	}
	return most
}

// without returns the device without the kernels that a test says it must not need.
func without(d *device, drop func(name string) bool) *device {
	c, without := *d.card, *d
	c.kernels = maps.Clone(c.kernels)
	maps.DeleteFunc(c.kernels, func(name string, _ loaded) bool { return drop(name) })
	without.card = &c
	return &without
}

// to rounds to 16 bits as the products do.
func to(kind hw.Type, list []float32) []float32 {
	rounded := make([]float32, len(list))
	for i, x := range list {
		digits := map[hw.Type]int{hw.BF16: 8, hw.F16: 11}[kind]
		fraction, exponent := math.Frexp(float64(x))
		rounded[i] = float32(math.Ldexp(math.RoundToEven(math.Ldexp(fraction, digits)), exponent-digits))
	}
	return rounded
}

// TestTensorCores: in 16 bits attention runs on tensor cores and nothing else, and
// what it makes of queries and keys is what float32 makes of them once they are
// rounded: scores are summed in float32. The gradient's probabilities are the same but for a rounding.
func TestTensorCores(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 1))
	q, kv := make([]float32, 100*120), make([]float32, 100*240)
	for _, list := range [][]float32{q, kv} {
		for i := range list {
			list[i] = float32(r.NormFloat64())
		}
	}
	ones := make([]float32, 100*120)
	for i := range ones {
		ones[i] = 1
	}
	full := open(t).(*device)
	for _, kind := range []hw.Type{hw.BF16, hw.F16} {
		opened, err := hw.Open("cuda", hw.Options{Type: kind})
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		tensor := func(name string) bool { return strings.Contains(name, "_"+string(kind)) }
		d := without(opened.(*device), func(name string) bool {
			return strings.HasPrefix(name, "attention_") && !strings.Contains(name, "grad") && !tensor(name)
		})
		a := newSmall(t, d, q, kv)
		d.Scores(a.Attention)
		d.Context(a.y, a.Attention, hw.Ints{})
		scored := read(t, d, a.Scored)

		exact, rounded := newSmall(t, full, q, kv), newSmall(t, full, to(kind, q), to(kind, kv))
		full.Scores(exact.Attention)
		full.Scores(rounded.Attention)
		full.Context(rounded.y, rounded.Attention, hw.Ints{})
		if far := apart(read(t, full, rounded.Scored), scored); far > 1e-5 {
			t.Errorf("%s, seed %d: scores are %.2g apart from float32's of the same rounded queries and keys", kind, seed, far)
		}
		if near := apart(read(t, full, exact.Scored), scored); near < 1e-5 {
			t.Errorf("%s, seed %d: scores are those of queries and keys that were never rounded", kind, seed)
		}

		// What each value gets back from a gradient of ones is the received attention,
		// of probabilities that were rounded on their way into the product.
		d.Write(a.y, ones)
		d.AttentionGrad(hw.AttentionGrads{Q: a.dq, KV: a.dkv}, a.y, a.Attention, hw.Ints{}, hw.Mat{})
		back, received := read(t, d, a.dkv), make([]float32, 100)
		for row := range received {
			for h := range 3 {
				received[row] += back[row*240+120+h*40]
			}
		}
		if far := apart(scored, received); far > hwtest.Eps(kind)/2+1e-5 {
			t.Errorf("%s, seed %d: the gradient's probabilities are %.2g apart from the score's", kind, seed, far)
		}

		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: attention does without the kernels for tensor cores", kind)
				}
			}()
			without(d, tensor).Context(a.y, a.Attention, hw.Ints{})
		}()
	}
}

// TestNoTensorCores: where a card has no bf16, nothing for it is compiled.
func TestNoTensorCores(t *testing.T) {
	for _, m := range on(75) {
		if strings.Contains(m.file, "bf16") {
			t.Errorf("%s.cu is for sm_75", m.file)
		}
	}
	if len(on(80)) != len(modules) {
		t.Error("on sm_80 a module is missing")
	}
}
