package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"ltpbench/bench/peers/engine"
	"ltpbench/bench/stats"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/results"
)

// beside is a comparison of this program with its peers under way.
type beside struct {
	*options
	log    io.Writer
	record *results.Writer
	ours   map[string]*engine.Ours // by type
	host   *engine.Worker          // the Python process; nil: no peers
	peaks  map[string]float64      // FLOP/s of a large product, by type
	out    io.Writer
	count  int      // rows so far
	missed []string // rows that were not run, and why
}

// near is how far an output may lie from ours. A row beyond it is marked, not left out.
var near = map[string]float64{"f32": 2e-3, "tf32": 0.05, "bf16": 0.25, "f16": 0.05}

// begin opens the record and starts the peers' process.
func (o *options) begin(out, log io.Writer) (*beside, error) {
	b := &beside{options: o, out: out, log: log, ours: map[string]*engine.Ours{}, peaks: map[string]float64{}}
	d, err := hw.Open(o.device, hw.Options{})
	if err != nil {
		return nil, err
	}
	config := slices.Concat(machine.Device(d), machine.Program("card"), []results.Key{
		{Name: "date", Value: time.Now().UTC().Format("2006-01-02")}, {Name: "weights", Value: "random, seeded"}, {Name: "rounds", Value: fmt.Sprint(o.rounds)}})
	d.Close()
	if o.python != "" {
		folder, err := os.MkdirTemp("", "card")
		if err != nil {
			return nil, err
		}
		if b.host, err = engine.StartWorker("pytorch", o.python, folder, log); err != nil {
			return nil, fmt.Errorf("-python: %w", err)
		}
	}
	b.record, err = results.Create(o.record, config)
	return b, err
}

func (b *beside) close() {
	for _, e := range b.ours {
		e.Close()
	}
	if b.host != nil {
		b.host.Close()
	}
	b.record.Close()
}

// peak measures what the card's products of a type and its copies reach.
func (b *beside) peak(kind string) {
	if b.host == nil || b.peaks[kind] != 0 {
		return
	}
	n := 8192
	if b.tiny {
		n = 64
	}
	flops, bytes, err := b.host.Peak(b.remote, kind, n)
	if err != nil {
		fmt.Fprintf(b.log, "peak of %s: %v\n", kind, err)
		return
	}
	b.peaks[kind] = flops
	fmt.Fprintf(b.out, "peak in %s: products %.1f TFLOP/s, copies %.0f GB/s\n", kind, flops/1e12, bytes/1e9)
	b.add(results.Point{Name: "Peak", Keys: []results.Key{{Name: "type", Value: kind}}, Values: []results.Value{{Unit: "GFLOP/s", Value: flops / 1e9}, {Unit: "GB/s", Value: bytes / 1e9}}})
}

func (b *beside) add(p results.Point) {
	if err := b.record.Add(p); err != nil {
		fmt.Fprintln(b.log, err)
	}
}

// contender is an engine of a row, with what came of it.
type contender struct {
	engine.Engine
	seconds []float64
	differs float64
}

// measure times a row on all engines in turn. An engine that fails is left out and named.
func (b *beside) measure(r *row, flops int64) {
	if b.late() {
		b.missed = append(b.missed, r.label()+": no time was left")
		return
	}
	if b.ours[r.job.Type] == nil {
		for _, e := range b.ours {
			e.Close() // another type's memory
		}
		clear(b.ours)
		b.ours[r.job.Type] = &engine.Ours{Label: "ltpbench", Device: b.open(r.job.Type)}
	}
	all := []*contender{{Engine: b.ours[r.job.Type]}}
	if b.host != nil {
		for _, name := range r.peers {
			all = append(all, &contender{Engine: b.host.Beside(name, name)})
		}
	}
	begin := time.Now()
	var outputs [][]float32
	all = slices.DeleteFunc(all, func(c *contender) bool {
		settings, err := c.Prepare(r.job)
		if err == nil && r.job.Do == "encoder" {
			var own [][]float32
			if own, err = c.Outputs(0); err == nil && outputs == nil && c == all[0] {
				outputs = own
			} else if err == nil && outputs != nil {
				c.differs = engine.Distance(own, outputs)
				b.add(b.point(r, c, results.Value{Unit: "max-difference", Value: min(c.differs, 1e9)}))
			}
		}
		if err == nil { // everything once, so that nothing is new to the clock
			_, err = c.Pass(1)
		}
		if err != nil {
			b.miss(r, c, err)
			return true
		}
		fmt.Fprintf(b.log, "%s: %s: %s\n", r.label(), c.Name(), settings)
		return false
	})
	repeat := 1
	for round := 0; round < b.rounds && len(all) > 0; round++ {
		for i := range all {
			c := all[(i+round)%len(all)]
			s, err := c.Pass(repeat)
			if err != nil {
				b.miss(r, c, err)
				return
			}
			if round == 0 && i == 0 && !b.tiny { // a pass of 30 ms or more
				if repeat = min(64, max(1, int(0.03/s))); repeat > 1 {
					if s, err = c.Pass(repeat); err != nil {
						b.miss(r, c, err)
						return
					}
				}
			}
			s /= float64(repeat)
			c.seconds = append(c.seconds, s)
			p := b.point(r, c, results.Value{Unit: results.TokensPerSecond, Value: float64(r.tokens) / s}, results.Value{Unit: "GFLOP/s", Value: float64(flops) / s / 1e9})
			p.Iters = repeat
			b.add(p)
		}
		if time.Since(begin) > 6*time.Second && round >= 2 {
			break
		}
	}
	b.line(r, all, flops)
}

// miss notes an engine that has failed; the log has the whole of the error.
func (b *beside) miss(r *row, c *contender, err error) {
	fmt.Fprintf(b.log, "%s: %s: %v\n", r.label(), c.Name(), err)
	first, _, _ := strings.Cut(err.Error(), "\n")
	b.missed = append(b.missed, fmt.Sprintf("%s: %s: %.200s", r.label(), c.Name(), first))
}

func (b *beside) point(r *row, c *contender, values ...results.Value) results.Point {
	return results.Point{Name: r.point, Keys: append(slices.Clone(r.keys), results.Key{Name: "engine", Value: c.Name()}), Values: values}
}

// line prints a row: tokens/s of each engine, the share of the card's peak, and the
// peers' times by ours.
func (b *beside) line(r *row, all []*contender, flops int64) {
	own := -1.0
	words := []any{r.label(), "-", "-", ""}
	for _, c := range all {
		middle := stats.Percentile(c.seconds, 50)
		rate := fmt.Sprintf("%.0f", float64(r.tokens)/middle)
		if c.Name() == "ltpbench" {
			own, words[1] = middle, rate
			if p := b.peaks[r.job.Type]; p > 0 {
				words[2] = fmt.Sprintf("%.2f", float64(flops)/middle/p)
			}
			continue
		}
		text := fmt.Sprintf("%s %s", c.Name(), rate)
		if own > 0 {
			text += fmt.Sprintf(" (%.2f)", middle/own)
		}
		if !(c.differs <= near[r.job.Type]) {
			text += fmt.Sprintf(" DIFFERS by %.2g", c.differs)
		}
		words[3] = fmt.Sprint(words[3], "  ", text)
	}
	if b.count++; b.count == 1 {
		fmt.Fprintf(b.out, rowFormat, "row", "ltpbench", "of peak", "  peers, tok/s (speed-up of ltpbench over them)")
	}
	fmt.Fprintf(b.out, rowFormat, words...)
}

const rowFormat = "%-78s %9s %7s%s\n"

// end lists what was not run.
func (b *beside) end() error { return notRun(b.out, b.missed, b.count) }

// notRun lists what was left out. It is an error if nothing was measured.
func notRun(out io.Writer, missed []string, measured int) error {
	for _, m := range missed {
		fmt.Fprintln(out, "not run:", m)
	}
	if measured == 0 {
		return fmt.Errorf("nothing was measured")
	}
	return nil
}
