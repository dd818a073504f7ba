package hwtest

import (
	"testing"

	"ltpbench/hw"
)

// allocations checks that the forward operations allocate nothing on the host
// once they have run, nor does attention over smaller batches after the largest.
func allocations(p *probe) {
	d := p.device(hw.Options{Threads: 2})
	x, y := p.matOn(d, p.random(70, 48)), p.matOn(d, zeros(70, 48))
	w, bias := p.weights(48, 48)
	packed := d.Pack(w.float32s(), bias.float32s(), 48, 48)
	t, ids, positions, kinds := p.embedding(70, 48, true)
	on := p.tablesOn(d, t)
	lists := [3]hw.Ints{p.listOn(d, ids), p.listOn(d, positions), p.listOn(d, kinds)}
	s := p.seqsOn(d, []int32{0, 30, 31, 70})
	kv, per := p.matOn(d, p.random(70, 96)), p.matOn(d, p.random(70, 1))
	few := p.listOn(d, []int32{0, 3, 30, 31, 60})
	c := hw.Combination{Offsets: p.listOn(d, []int32{0, 2, 3}), Rows: few.Top(3), Weights: per.Top(3)}
	host, hostInts := make([]float32, 70), make([]int32, 70)
	scored := hw.Attention{
		Heads: 4, Q: x, KV: kv, QSeqs: s, Seqs: s, KeyBias: per, Score: hw.Score{Kind: hw.Received}, Scored: p.matOn(d, zeros(70, 1)), Probs: d.Probs(4, 70*70),
	}
	silent := scored
	silent.Score, silent.Scored = hw.Score{}, hw.Mat{}
	small := scored
	small.QSeqs = p.seqsOn(d, []int32{0, 9, 40})
	small.Seqs, small.Q, small.KV, small.Scored = small.QSeqs, x.Top(40), kv.Top(40), scored.Scored.Top(40)
	p.silent(map[string]func(){
		"Embed":     func() { d.Embed(y, on, lists[0], lists[1], lists[2]) },
		"Linear":    func() { d.Linear(y, x, packed, hw.GELU, hw.Mat{}) },
		"Linear(2)": func() { d.Linear(y.Top(2), x.Top(2), packed, hw.Tanh, hw.Mat{}) },
		"attention": func() { d.Scores(&scored); d.Context(y, &scored, hw.Ints{}) },
		"smaller": func() {
			d.Scores(&scored)
			d.Scores(&small)
			d.Context(y.Top(40), &small, hw.Ints{})
		},
		"context(5)": func() { d.Scores(&silent); d.Context(y.Top(5), &silent, few) },
		"Norm":       func() { d.Norm(y, x, x, on.Norm) },
		"Scale":      func() { d.Scale(y, x, per) },
		"Gather":     func() { d.Gather(y.Top(5), x, few) },
		"GatherInts": func() { d.GatherInts(lists[0].Top(5), lists[1], few, 1) },
		"Combine":    func() { d.Combine(y.Top(2), x, c) },
		"Activate":   func() { d.Activate(y, x, hw.GELU) },
		"softmax":    func() { d.SequenceSoftmax(y, x, s) },
		"copies": func() {
			d.Write(per, host)
			d.WriteInts(lists[0], hostInts)
			d.Read(host, per)
			d.ReadInts(hostInts, lists[0])
		},
		"Sync": func() { _ = d.Sync() },
	})
}

// silent checks that operations allocate nothing once they have run.
func (p *probe) silent(ops map[string]func()) {
	for name, op := range ops {
		p.begin("%s", name)
		op()
		op()
		if n := testing.AllocsPerRun(20, op); n != 0 {
			p.fail("%v allocations each time", n)
		}
	}
}
