package hwtest

import (
	"fmt"
	"math/rand/v2"

	"ltpbench/hw"
)

// exact checks that on a device that promises it, a sequence's results have the
// same bits in any batch, in any order, alone, and with any number of threads.
func exact(p *probe) {
	if !p.d.Info().BatchExact {
		return
	}
	for _, width := range []int{40, 96} {
		lengths := []int{3, 130, 1, 17, 25, 1, 64, 2, 40, 12, 1}
		orders := [][]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, {1, 4, 1, 4}}
		for i := range lengths {
			orders = append(orders, []int{i})
		}
		var first map[int][]float32
		for _, threads := range []int{1, 2, 3} {
			d := p.device(hw.Options{Threads: threads})
			e := newBlock(p, d, width)
			for _, order := range orders {
				p.begin("a block of width %d, threads %d, sequences %v", width, threads, order)
				got := e.run(p, lengths, order)
				if first == nil {
					first = got
				}
				for b, x := range got {
					p.same(fmt.Sprintf("sequence %d", b), x, first[b])
				}
			}
		}
	}
}

// block is the forward operations in the order that an encoder has them.
type block struct {
	d                        hw.Device
	width, heads             int
	tables                   tables
	on                       hw.Tables
	query, keyValue, up, out hw.Weights
}

func newBlock(p *probe, d hw.Device, width int) *block {
	r := rand.New(rand.NewPCG(seed, uint64(width)))
	e := &block{d: d, width: width, heads: width / 8}
	e.tables = tables{
		word: random(r, 11, width, 1), position: random(r, 130, width, 1), segment: random(r, 2, width, 1),
		gain: random(r, 1, width, 1), bias: random(r, 1, width, 1), eps: 1e-5,
	}
	e.on = p.tablesOn(d, e.tables)
	pack := func(out, in int) hw.Weights {
		return d.Pack(random(r, out, in, 0.1).float32s(), random(r, 1, out, 1).float32s(), out, in)
	}
	e.query, e.keyValue, e.up, e.out = pack(width, width), pack(2*width, width), pack(3*width+2, width), pack(width, 3*width+2)
	return e
}

// run returns what the listed sequences become, and their scores. Which token
// stands where depends on the sequence alone.
func (e *block) run(p *probe, lengths, order []int) map[int][]float32 {
	d := e.d
	var ids, places, kinds, living []int32
	var ls []int
	next := []int32{0}
	for _, b := range order {
		ls = append(ls, lengths[b])
		for i := range int32(lengths[b]) {
			if i == 0 || (i+int32(b))%3 != 0 {
				living = append(living, int32(len(ids)))
			}
			ids, places, kinds = append(ids, (7*i+int32(b))%11), append(places, i), append(kinds, i%2)
		}
		next = append(next, int32(len(living)))
	}
	offsets := offsetsOf(ls)
	n, m := len(ids), len(living)
	x, q, kv := d.Floats(n, e.width), d.Floats(n, e.width), d.Floats(n, 2*e.width)
	d.Embed(x, e.on, p.listOn(d, ids), p.listOn(d, places), p.listOn(d, kinds))
	d.Linear(q, x, e.query, hw.Identity, hw.Mat{})
	d.Linear(kv, x, e.keyValue, hw.Identity, hw.Mat{})
	s := p.seqsOn(d, offsets)
	a := &hw.Attention{
		Heads: e.heads, Q: q, KV: kv, QSeqs: s, Seqs: s, Score: hw.Score{Kind: hw.Received},
		Scored: d.Floats(n, 1), Probs: d.Probs(e.heads, pairs(offsets, offsets)),
	}
	all, some, rest := d.Floats(n, e.width), d.Floats(m, e.width), d.Floats(m, e.width)
	rows := p.listOn(d, living)
	d.Scores(a)
	d.Context(all, a, hw.Ints{})
	d.Context(some, a, rows)
	d.Gather(rest, x, rows)
	d.Norm(rest, some, rest, e.on.Norm)
	up, y, scaled := d.Floats(m, 3*e.width+2), d.Floats(m, e.width), d.Floats(m, e.width)
	d.Linear(up, rest, e.up, hw.GELU, hw.Mat{})
	d.Linear(y, up, e.out, hw.Tanh, hw.Mat{})
	per := d.Floats(m, 1)
	d.Gather(per, a.Scored, rows)
	d.Scale(scaled, y, per)
	spread := d.Floats(m, e.width)
	d.Activate(spread, scaled, hw.GELU)
	kept := hw.Seqs{Offsets: p.listOn(d, next), Count: len(order), Rows: m, Longest: s.Longest}
	d.SequenceSoftmax(spread, spread, kept)

	// without a score, a device may take another way to the same context
	silent := *a
	silent.Score, silent.Scored = hw.Score{}, hw.Mat{}
	quiet := d.Floats(n, e.width)
	d.Scores(&silent)
	d.Context(quiet, &silent, hw.Ints{})
	p.same("the context without a score", floatsOf(d, quiet), floatsOf(d, all))

	policy := make([]float32, 0, n)
	for _, b := range order {
		for i := range lengths[b] {
			policy = append(policy, []float32{1, 0, 0.3}[(i+b)%3])
		}
	}
	weighted := *a
	weighted.KeyWeight, weighted.Scored = d.Floats(n, 1), d.Floats(n, 1)
	d.Write(weighted.KeyWeight, policy)
	shared := d.Floats(n, e.width)
	d.Scores(&weighted)
	d.Context(shared, &weighted, hw.Ints{})

	results := map[int][]float32{}
	for i, b := range order {
		o, k := int(offsets[i]), int(offsets[i+1])
		var r []float32
		for _, part := range []hw.Mat{a.Scored.Slice(o, k), all.Slice(o, k), weighted.Scored.Slice(o, k), shared.Slice(o, k), scaled.Slice(int(next[i]), int(next[i+1])), spread.Slice(int(next[i]), int(next[i+1]))} {
			r = append(r, floatsOf(d, part)...)
		}
		results[b] = r
	}
	return results
}
