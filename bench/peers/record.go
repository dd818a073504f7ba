package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ltpbench/bench/peers/engine"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/model"
	"ltpbench/results"
)

// inputs is what a record says of models and text.
func inputs(o *options, s subset, rows []row) ([]results.Key, error) {
	h := sha256.New()
	models := map[string]string{}
	for _, r := range rows {
		for _, batch := range r.job.Batches {
			fmt.Fprintln(h, batch)
		}
		if dir := r.job.Model; dir != "" && models[dir] == "" {
			c, err := model.Load(dir)
			if err != nil {
				return nil, err
			}
			models[dir] = modelName(dir) + " " + c.Hash()
		}
	}
	return []results.Key{
		{Name: "model-hash", Value: strings.Join(slices.Sorted(maps.Values(models)), ", ")},
		{Name: "data-hash", Value: fmt.Sprintf("%x (token ids)", h.Sum(nil)[:6])},
		{Name: "subset", Value: s.String()}, {Name: "rounds", Value: fmt.Sprint(o.rounds)},
	}, nil
}

// open begins the record: machine, program, inputs, and every engine's settings.
func (b *bench) open(rows []row, inputs []results.Key) error {
	d, err := hw.Open("cpu", hw.Options{Threads: b.threads})
	if err != nil {
		return err
	}
	defer d.Close()
	config := slices.Concat(machine.Device(d), machine.Program("bench/peers/run"), inputs)
	for _, name := range peers {
		told := map[string]bool{}
		for _, r := range rows {
			if !slices.Contains(r.peers, name) || told[r.job.Do] {
				continue
			}
			r.job.Batches = r.job.Batches[:min(1, len(r.job.Batches))]
			settings, err := b.engines[name].Prepare(r.job)
			if err != nil {
				return err
			}
			told[r.job.Do] = true
			config = append(config, results.Key{Name: "engine-" + name + "-" + r.job.Do, Value: settings})
		}
	}
	b.record, err = results.Create(b.options.record, append(config, results.Key{Name: "date", Value: time.Now().UTC().Format("2006-01-02")}))
	return err
}

// point is one pass of one engine.
func (b *bench) point(r *row, e engine.Engine, seconds float64) results.Point {
	p := results.Point{Name: r.point, Keys: append(slices.Clone(r.keys), results.Key{Name: "engine", Value: e.Name()}), Procs: b.threads, Iters: r.repeat}
	if r.tokens > 0 {
		p.Values = append(p.Values, results.Value{Unit: results.TokensPerSecond, Value: float64(r.tokens*r.repeat) / seconds})
	}
	if r.flops > 0 {
		p.Values = append(p.Values, results.Value{Unit: "GFLOP/s", Value: float64(r.flops) * float64(r.repeat) / seconds / 1e9})
	}
	if o, ok := e.(*engine.Ours); ok && r.tokens > 0 && o.FLOPs > 0 {
		p.Values = append(p.Values, results.Value{Unit: "executed-GFLOP/s", Value: float64(o.FLOPs) / seconds / 1e9})
	}
	return p
}
