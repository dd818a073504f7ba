package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ltpbench/bench/peers/engine"
	"ltpbench/bench/roofline"
	"ltpbench/hw/cpu/simd"
	"ltpbench/internal/python"
	"ltpbench/results"
)

// peers are the engines beside ours, in the order of the record.
var peers = []string{"openvino", "onnxruntime", "pytorch", "openblas"}

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
	engines  map[string]engine.Engine
	settings map[string]string
}

func compare(o *options, out, log io.Writer) error {
	dir, err := environment(o.python, log)
	if err != nil {
		return err
	}
	b := &bench{options: o, rest: rest, log: log, engines: map[string]engine.Engine{"ltpbench": &engine.Ours{Label: "ltpbench", Device: "cpu"}}, settings: map[string]string{}}
	defer func() {
		for _, e := range b.engines {
			e.Close()
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
		if b.engines[name], err = engine.StartWorker(name, python.Interpreter(dir), dir, log); err != nil {
			return err
		}
	}
	inputs, err := inputs(o, s, rows)
	if err != nil {
		return err
	}
	if err := b.open(rows, inputs); err != nil {
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

// measure prepares a row, compares what the engines compute, and times them in turn.
func (b *bench) measure(r *row) (map[string][]float64, error) {
	engines := []engine.Engine{b.engines["ltpbench"]}
	for _, name := range r.peers {
		engines = append(engines, b.engines[name])
	}
	for _, e := range engines {
		if _, err := e.Prepare(r.job); err != nil {
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
			s, err := e.Pass(r.repeat)
			if err != nil {
				return nil, err
			}
			seconds[e.Name()] = append(seconds[e.Name()], s)
			if err := b.record.Add(b.point(r, e, s)); err != nil {
				return nil, err
			}
		}
	}
	return seconds, nil
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
