package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ltpbench/bench/roofline"
	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
	"ltpbench/internal/machine"
	"ltpbench/results"
)

// peers are the engines beside ours, in the order of the record.
var peers = []string{"openvino", "onnxruntime", "pytorch", "openblas"}

// near is how far row 0 of the last hidden state may lie from ours.
const near = 1e-3

// rest lets the threads of the engine before go to sleep: OpenBLAS' look out for
// work for 2^26 cycles, some 30 ms, and OpenMP's for longer (LLVM's 200 ms), on the
// processors that the next engine needs.
const rest = 300 * time.Millisecond

func modelName(dir string) string { return filepath.Base(filepath.Clean(dir)) }

// bench is a comparison under way.
type bench struct {
	*options
	rest     time.Duration // before each pass
	log      io.Writer
	record   *results.Writer
	engines  map[string]engine
	settings map[string]string
}

func compare(o *options, out, log io.Writer) error {
	dir, err := environment(o.python, log)
	if err != nil {
		return err
	}
	b := &bench{options: o, rest: rest, log: log, engines: map[string]engine{"ltpbench": &ours{label: "ltpbench"}}, settings: map[string]string{}}
	defer func() {
		for _, e := range b.engines {
			e.close()
		}
	}()
	s := fully
	if o.quick {
		s = quickly
	}
	rows, err := encoderRows(o, s)
	if err != nil {
		return err
	}
	trained, err := trainRow(o, s.steps)
	if err != nil {
		return err
	}
	if rows, err = o.chosen(append(append(rows, productRows(o)...), trained)); err != nil {
		return err
	}
	for _, name := range peers {
		if !slices.ContainsFunc(rows, func(r row) bool { return slices.Contains(r.peers, name) }) {
			continue
		}
		if b.engines[name], err = startWorker(name, dir, log); err != nil {
			return err
		}
	}
	if err := b.open(rows); err != nil {
		return err
	}
	t := table{}
	for _, threads := range slices.Compact([]int{1, o.threads}) {
		gflops := 0.0
		for _, set := range simd.Available() {
			gflops = max(gflops, roofline.Peak(set, threads))
		}
		t.peaks = append(t.peaks, gflops)
		if err := b.record.Add(results.Point{Name: "Peak", Keys: []results.Key{{Name: "threads", Value: fmt.Sprint(threads)}}, Procs: o.threads, Values: []results.Value{{Unit: "GFLOP/s", Value: gflops}}}); err != nil {
			return err
		}
	}
	for i := range rows {
		fmt.Fprintf(log, "%d of %d: %s %s\n", i+1, len(rows), rows[i].point, rows[i].label())
		seconds, err := b.measure(&rows[i])
		if err != nil {
			return err
		}
		t.add(&rows[i], seconds)
	}
	if err := b.record.Close(); err != nil {
		return err
	}
	return t.print(out, o.record)
}

// open begins the record: machine, program, and every engine's settings.
func (b *bench) open(rows []row) error {
	d, err := hw.Open("cpu", hw.Options{Threads: b.threads})
	if err != nil {
		return err
	}
	defer d.Close()
	config := append(machine.Device(d), machine.Program("bench/peers/run")...)
	for _, name := range peers {
		at := slices.IndexFunc(rows, func(r row) bool { return slices.Contains(r.peers, name) })
		if at < 0 {
			continue
		}
		first := rows[at]
		first.job.Batches = first.job.Batches[:min(1, len(first.job.Batches))]
		settings, err := b.engines[name].prepare(first.job)
		if err != nil {
			return err
		}
		config = append(config, results.Key{Name: "engine-" + name, Value: settings})
	}
	b.record, err = results.Create(b.options.record, append(config, results.Key{Name: "date", Value: time.Now().UTC().Format("2006-01-02")}))
	return err
}

// measure prepares a row, compares what the engines compute, and times them in turn.
func (b *bench) measure(r *row) (map[string][]float64, error) {
	engines := []engine{b.engines["ltpbench"]}
	for _, name := range r.peers {
		engines = append(engines, b.engines[name])
	}
	for _, e := range engines {
		if _, err := e.prepare(r.job); err != nil {
			return nil, err
		}
	}
	if err := warm(r, engines); err != nil {
		return nil, err
	}
	seconds := map[string][]float64{}
	for round := range b.rounds {
		for i := range engines { // a different one begins each round
			e := engines[(i+round)%len(engines)]
			time.Sleep(b.rest)
			s, err := e.pass(r.repeat)
			if err != nil {
				return nil, err
			}
			seconds[e.name()] = append(seconds[e.name()], s)
			if err := b.record.Add(b.point(r, e, s)); err != nil {
				return nil, err
			}
		}
	}
	return seconds, nil
}

// point is one pass of one engine.
func (b *bench) point(r *row, e engine, seconds float64) results.Point {
	p := results.Point{Name: r.point, Keys: append(slices.Clone(r.keys), results.Key{Name: "engine", Value: e.name()}), Procs: b.threads, Iters: r.repeat}
	if r.tokens > 0 {
		p.Values = append(p.Values, results.Value{Unit: results.TokensPerSecond, Value: float64(r.tokens*r.repeat) / seconds})
	}
	if r.flops > 0 {
		p.Values = append(p.Values, results.Value{Unit: "GFLOP/s", Value: float64(r.flops) * float64(r.repeat) / seconds / 1e9})
	}
	if o, ok := e.(*ours); ok && r.tokens > 0 && o.flops > 0 {
		p.Values = append(p.Values, results.Value{Unit: "executed-GFLOP/s", Value: float64(o.flops) / seconds / 1e9})
	}
	return p
}

// warm lets every engine do everything once, which for an encoder is to compare the
// outputs of all batches with ours.
func warm(r *row, engines []engine) error {
	if r.job.Do != "encoder" {
		for _, e := range engines {
			if _, err := e.pass(1); err != nil {
				return err
			}
		}
		return nil
	}
	for batch := range r.job.Batches {
		want, err := engines[0].outputs(batch)
		if err != nil {
			return err
		}
		for _, e := range engines[1:] {
			got, err := e.outputs(batch)
			if err != nil {
				return err
			}
			if d := distance(got, want); !(d <= near) {
				return fmt.Errorf("%s %s: %s's outputs lie %g from ours, more than %g: they don't compute the same", r.point, r.label(), e.name(), d, near)
			}
		}
	}
	return nil
}

// distance is the largest difference, infinite for different shapes.
func distance(a, b [][]float32) float64 {
	worst := 0.0
	if len(a) != len(b) {
		return math.Inf(1)
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return math.Inf(1)
		}
		for j := range a[i] {
			worst = max(worst, math.Abs(float64(a[i][j])-float64(b[i][j])))
		}
	}
	return worst
}

// chosen leaves the rows that -rows names.
func (o *options) chosen(rows []row) ([]row, error) {
	rows = slices.DeleteFunc(rows, func(r row) bool { return o.only != nil && !o.only.MatchString(r.point+"/"+r.label()) })
	if len(rows) == 0 {
		return nil, fmt.Errorf("-rows %s matches no row", o.only)
	}
	return rows, nil
}

func (r *row) label() string {
	var parts []string
	for _, k := range r.keys {
		parts = append(parts, k.Name+"="+k.Value)
	}
	return strings.Join(parts, "/")
}
