package bench

import (
	"time"

	"ltpbench/bench/stats"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
	"ltpbench/results"
)

// pass is a model with a rule and batches, ready to be run and timed.
type pass struct {
	e       *model.Encoder
	r       *model.Run
	batches []ragged.Batch
	tokens  int
}

// newPass packs the examples in their own order, so many a batch.
func newPass(e *model.Encoder, rule pruners.Pruner, examples []train.Example, batch int) (*pass, error) {
	p := &pass{e: e}
	var size model.Size
	for i := 0; i < len(examples); i += batch {
		var seqs []ragged.Sequence
		for _, x := range examples[i:min(len(examples), i+batch)] {
			seqs = append(seqs, x.Sequence)
		}
		b := ragged.Pack(seqs...)
		size.Fit(b.Seqs)
		p.tokens += b.Seqs.Rows()
		p.batches = append(p.batches, b)
	}
	var err error
	p.r, err = model.NewHardRun(e, rule, size, model.Options{})
	return p, err
}

// run runs all batches; what they gave is not looked at.
func (p *pass) run() error {
	for i := range p.batches {
		if err := p.one(i); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) one(i int) error {
	p.r.Load(p.batches[i])
	p.e.Forward(p.r)
	return p.r.Sync()
}

// executed adds up what a pass really multiplies.
func (p *pass) executed(m *measured, examples []train.Example) error {
	var executed, full, tokens float64
	c := &p.e.Config
	for i := range p.batches {
		if err := p.one(i); err != nil {
			return err
		}
		asking, alive, kept := p.r.Counts()
		for b := range alive {
			executed += float64(model.Executed(c, asking[b], alive[b], kept[b]))
			n := alive[b][0]
			tokens += float64(n)
			q, a := make([]int, c.Layers), make([]int, c.Layers)
			for l := range a {
				q[l], a[l] = n, n
			}
			q[c.Layers-1] = 1
			f := append([]int(nil), q...)
			full += float64(model.Executed(c, q, a, f))
		}
	}
	n := float64(len(examples))
	m.values = append(m.values,
		results.Value{Unit: results.ExecutedRatio, Value: executed / full},
		results.Value{Unit: results.ExecutedFLOPs, Value: executed / n},
		results.Value{Unit: results.Tokens, Value: tokens / n})
	return nil
}

// alone times examples one at a time.
func (s *Sweep) alone(m *measured) error {
	some := s.Examples[:min(len(s.Examples), s.Latency)]
	p, err := newPass(m.e, m.Rule, some, 1)
	if err != nil {
		return err
	}
	for i := range min(5, len(some)) { // warm up
		if err := p.one(i); err != nil {
			return err
		}
	}
	for i := range some {
		begin := time.Now()
		if err := p.one(i); err != nil {
			return err
		}
		m.alone = append(m.alone, time.Since(begin).Seconds())
	}
	return nil
}

// times turns timings into values. The speed-up is the mean over rounds of the
// unpruned model's time by this point's in the same round, with Student's 95 %
// interval over the rounds.
func (s *Sweep) times(m, none *measured) []results.Value {
	tokens := 0
	for _, x := range s.Examples {
		tokens += len(x.IDs)
	}
	var rates, ratios []float64
	for i, t := range m.rounds {
		rates = append(rates, float64(tokens)/t)
		ratios = append(ratios, none.rounds[i]/t)
	}
	values := []results.Value{
		{Unit: results.TokensPerSecond, Value: stats.Percentile(rates, 50)},
		{Unit: results.Speedup, Value: stats.Mean(ratios)},
	}
	if m != none && len(ratios) > 1 {
		i := stats.Student(ratios)
		values = append(values, results.Value{Unit: results.Speedup + "-low", Value: i.Low}, results.Value{Unit: results.Speedup + "-high", Value: i.High})
	}
	if len(m.alone) > 0 {
		values = append(values, results.Value{Unit: results.P50Seconds, Value: stats.Percentile(m.alone, 50)},
			results.Value{Unit: results.P95Seconds, Value: stats.Percentile(m.alone, 95)})
	}
	return values
}
