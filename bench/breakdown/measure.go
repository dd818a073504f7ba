package main

import (
	"fmt"
	"io"
	"path/filepath"
	"time"

	"ltpbench/hw/cpu/simd"
	"ltpbench/internal/machine"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
	"ltpbench/results"
)

// specs is the curve: from all of the FLOPs to less than a third. A threshold of nothing
// drops nothing: what it takes beyond none is the sums of received attention and the
// decisions.
var specs = []string{
	"none", "threshold:final=0",
	"threshold:final=0.002", "threshold:final=0.004", "threshold:final=0.006", "threshold:final=0.009", "threshold:final=0.02",
	"topk:rate=0.7,start=1", "topk:rate=0.3,start=1", "topk:rate=-0.1,start=1", "topk:rate=-0.6,start=1", "topk:rate=-2,start=1",
}

// curve is the subjects of each spec, with one thread and with all.
type curve struct {
	rules      []pruners.Pruner
	alone, all []*subject
	threads    int
	limits     limits
	rounds     int
}

// measure runs the curve, points interleaved, and writes the record.
func measure(o *options, out io.Writer) error {
	if err := results.Free(o.record); err != nil {
		return fmt.Errorf("-o %w", err)
	}
	c, err := model.Load(o.model)
	if err != nil {
		return err
	}
	words, err := tokenize.Load(o.model)
	if err != nil {
		return err
	}
	t := texts[o.text]
	batches, err := t.read(o.data, words, o.every)
	if err != nil {
		return err
	}
	v := &curve{threads: o.threads}
	one, oneEncoder, err := open(o.device, 1, c)
	if err != nil {
		return err
	}
	defer one.Close()
	many, manyEncoder, err := open(o.device, o.threads, c)
	if err != nil {
		return err
	}
	defer many.Close()
	for _, spec := range specs {
		rule, err := pruners.Parse(spec)
		if err != nil {
			return err
		}
		alone, err := newSubject(one, oneEncoder, rule, batches)
		if err != nil {
			return err
		}
		all, err := newSubject(many, manyEncoder, rule, batches)
		if err != nil {
			return err
		}
		v.rules, v.alone, v.all = append(v.rules, rule), append(v.alone, alone), append(v.all, all)
	}
	info := many.Info()
	set, err := simd.ByName(info.Kernel)
	if err != nil {
		return err
	}
	v.limits.measure(set, o.threads)
	for begin := time.Now(); time.Since(begin) < o.limit; v.rounds++ {
		for i := range v.rules {
			if err := v.alone[i].round(); err != nil {
				return err
			}
			if err := v.all[i].round(); err != nil {
				return err
			}
		}
	}
	v.limits.measure(set, o.threads)
	config := []results.Key{
		{Name: results.KeyModel, Value: filepath.Base(o.model)}, {Name: results.KeyTask, Value: t.name}, {Name: "order", Value: "sorted"},
		{Name: results.KeyBatch, Value: fmt.Sprint(t.batch)}, {Name: "batches", Value: fmt.Sprintf("%d, every %d of the text's", len(batches), o.every)},
		{Name: "time", Value: "each batch's best round"}, {Name: "rounds", Value: fmt.Sprint(v.rounds)},
		{Name: "model-hash", Value: c.Hash()}, {Name: "peak-gflops", Value: fmt.Sprintf("%.1f", v.limits.gflops)},
		{Name: "memory-gbytes-per-second", Value: fmt.Sprintf("%.1f", v.limits.gbytes)}, {Name: "one-thread-gbytes-per-second", Value: fmt.Sprintf("%.1f", v.limits.gbytesOne)},
	}
	config = append(append(config, machine.Device(many)...), machine.Program("bench/breakdown/run")...)
	record, err := results.Create(o.record, config)
	if err != nil {
		return err
	}
	for i := range v.rules {
		p := v.point(i)
		if err := record.Add(p); err != nil {
			return err
		}
		fmt.Fprintf(out, "%-24s", p.Key(results.KeySpec))
		for _, x := range p.Values {
			fmt.Fprintf(out, "  %s %.4g", x.Unit, x.Value)
		}
		fmt.Fprintln(out)
	}
	return record.Close()
}
