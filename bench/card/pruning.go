package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/bench/recipe"
	"ltpbench/bench/stats"
	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

// budgets are the relative `paper` FLOPs of the curve's rules.
var budgets = []float64{0.8, 0.65, 0.5, 0.35}

// curve measures what pruning saves beside what it leaves out to compute: each rule's
// speed-up over the unpruned model, and its efficiency, speed-up over FLOPs saved.
type curve struct {
	*options
	log    io.Writer
	record *results.Writer
	out    io.Writer
	found  map[string][]pruners.Pruner // rules brought to budgets, by type and text
	count  int                         // points so far
	missed []string
}

// lineFormat is a line of the table: device, text, batch, rule, and what came of it.
const lineFormat = "%-16s %-5s %5s  %-32s %9s %7s %9s %11s\n"

// pruning measures rules along a curve: at batch 32 and 256, and
// at batch 1 with CUDA Graphs and without.
func pruning(o *options, out, log io.Writer) error {
	if o.budgeted == "" {
		return errors.New("-rules is needed: specs that a budget can set, with spaces between")
	}
	d, err := hw.Open(o.device, hw.Options{})
	if err != nil {
		return err
	}
	config := slices.Concat(machine.Device(d), machine.Program("card"), []results.Key{
		{Name: "date", Value: time.Now().UTC().Format("2006-01-02")}, {Name: "weights", Value: "random, seeded"}, {Name: "rounds", Value: fmt.Sprint(o.rounds)}})
	d.Close()
	c := &curve{options: o, log: log, out: out, found: map[string][]pruners.Pruner{}}
	if c.record, err = results.Create(o.record, config); err != nil {
		return err
	}
	all := []workload{{"imdb", 256, 32, "natural"}, {"imdb", 16, 1, "natural"}, {"imdb", 256, 256, "natural"}, {"sst2", 768, 256, "natural"}, {"sst2", 768, 32, "natural"}, {"sst2", 64, 1, "natural"}}
	if o.tiny {
		all = []workload{{"sst2", 4, 2, "natural"}, {"sst2", 1, 1, "natural"}}
	}
	s := shapes(o.tiny)[0]
	fmt.Fprintf(out, lineFormat, s.name, "text", "batch", "rule", "tok/s", "FLOPs", "speed-up", "efficiency")
	for _, kind := range o.types {
		for _, x := range all {
			label := fmt.Sprintf("%s, %s, %s, batch %d", s.name, kind, x.name, x.batch)
			if o.late() {
				c.missed = append(c.missed, label+": no time was left")
			} else if err := c.measure(s, kind, x); err != nil {
				c.missed = append(c.missed, fmt.Sprintf("%s: %v", label, err))
			}
		}
	}
	if err := c.record.Close(); err != nil {
		return err
	}
	return notRun(out, c.missed, c.count)
}

// measure runs a text through every rule in turn.
func (c *curve) measure(s shape, kind string, x workload) error {
	devices := []string{c.open(kind)}
	if x.batch == 1 {
		devices = append(devices, c.open(kind, "eager"))
	}
	examples, _, err := s.examples(x.name, x.count)
	if err != nil {
		return err
	}
	weights := s.weights()
	weights.InitHead(2, 1)
	var subjects []clock.Subject
	var rules []pruners.Pruner
	for i, name := range devices {
		d, err := hw.Open(name, hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		e, err := model.New(d, weights)
		if err != nil {
			return err
		}
		if rules = c.found[kind+" "+x.name]; rules == nil {
			if rules, err = c.rules(e, examples[:min(32, len(examples))]); err != nil {
				return err
			}
			c.found[kind+" "+x.name] = rules
		}
		for _, rule := range rules {
			subjects = append(subjects, clock.Subject{Encoder: e, Rule: rule, Baseline: i * len(rules)})
		}
	}
	timing := clock.Clock{Batching: eval.Batching{Sequences: x.batch}, Rounds: c.rounds}
	times, _, err := timing.Run(context.Background(), subjects, examples)
	if err != nil {
		return err
	}
	for i, t := range times {
		none := times[subjects[i].Baseline]
		keys := []results.Key{{Name: "model", Value: s.name}, {Name: "type", Value: kind}, {Name: "text", Value: x.name}, {Name: "batch", Value: strconv.Itoa(x.batch)},
			{Name: "device", Value: devices[i/len(rules)]}, {Name: "spec", Value: fmt.Sprint(subjects[i].Rule.Spec())}}
		for _, seconds := range t.Rounds {
			if err := c.record.Add(results.Point{Name: "Rate", Keys: keys, Values: []results.Value{{Unit: results.TokensPerSecond, Value: float64(t.Tokens) / seconds}}}); err != nil {
				return err
			}
		}
		// A round runs all rules, so a rule's speed-up is of the same round's passes.
		var ratios []float64
		for r := range t.Rounds {
			ratios = append(ratios, none.Rounds[r]/t.Rounds[r])
		}
		speedup, flops := stats.Percentile(ratios, 50), float64(t.Executed)/float64(none.Executed)
		if err := c.record.Add(results.Point{Name: "Pruned", Keys: keys, Values: []results.Value{
			{Unit: "executed-ratio", Value: flops}, {Unit: "speed-up", Value: speedup}, {Unit: "efficiency", Value: speedup * flops}}}); err != nil {
			return err
		}
		c.count++
		fmt.Fprintf(c.out, lineFormat, devices[i/len(rules)], x.name, strconv.Itoa(x.batch), fmt.Sprint(subjects[i].Rule.Spec()),
			fmt.Sprintf("%.0f", float64(t.Tokens)/stats.Percentile(t.Rounds, 50)), fmt.Sprintf("%.3f", flops), fmt.Sprintf("%.2f", speedup), fmt.Sprintf("%.2f", speedup*flops))
	}
	return nil
}

// rules are no pruning, and the rules that -rules names brought to each budget on some of the text.
func (c *curve) rules(e *model.Encoder, sample []ragged.Sequence) ([]pruners.Pruner, error) {
	list := []pruners.Pruner{pruners.None{}}
	for _, spec := range strings.Fields(c.budgeted) {
		rule, err := pruners.Parse(spec)
		if err != nil {
			return nil, err
		}
		for _, budget := range budgets {
			r, ratio, err := recipe.ToBudget(e, rule, sample, budget)
			if err != nil {
				fmt.Fprintf(c.log, "%s at %v: %v\n", spec, budget, err)
				continue
			}
			fmt.Fprintf(c.log, "%s: %.3f of the FLOPs\n", r.Spec(), ratio)
			list = append(list, r)
		}
	}
	return list, nil
}
