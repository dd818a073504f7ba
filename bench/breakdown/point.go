package main

import (
	"ltpbench/pruners"
	"ltpbench/results"
)

// point is what a rule's passes gave. The shares are of the threads' time, their
// number times the time that the passes took. An operation's share is what it took
// with one thread (select-of-time is the selection's of the time itself, for no other
// thread helps with it); idle is the rest: waiting for another thread or for work, and what
// threads lose to one another in shared caches. The roofline's time is the least that
// the machine's limits allow (see limits.seconds); roofline-efficiency is the speed-up
// over the one that the roofline's times would give.
func (v *curve) point(i int) results.Point {
	none, s := v.all[0], v.all[i]
	seconds := s.sum().total().Seconds()
	speedup := none.sum().total().Seconds() / seconds
	saved := s.flops / none.flops
	rate := s.flops / seconds / 1e9
	p := results.Point{
		Name: "Breakdown", Keys: []results.Key{{Name: results.KeyMethod, Value: pruners.Series(v.rules[i])}, {Name: results.KeySpec, Value: v.rules[i].Spec().String()}},
		Procs: v.threads, Iters: v.rounds,
		Values: []results.Value{
			{Unit: results.ExecutedRatio, Value: saved}, {Unit: results.SecondsPerOp, Value: seconds},
			{Unit: results.Speedup, Value: speedup}, {Unit: results.Efficiency, Value: speedup * saved}, {Unit: "GFLOP/s", Value: rate},
		},
	}
	if v.limits.gflops > 0 {
		p.Values = append(p.Values, results.Value{Unit: "of-peak", Value: rate / v.limits.gflops})
	}
	read := weights(s.products)
	p.Values = append(p.Values, results.Value{Unit: "weight-bytes", Value: read}, results.Value{Unit: "weight-GB/s", Value: read / seconds / 1e9})
	if bound := v.limits.seconds(s.products, s.flops); bound > 0 {
		whole := v.limits.seconds(none.products, none.flops)
		p.Values = append(p.Values, results.Value{Unit: "roofline-sec", Value: bound}, results.Value{Unit: "of-roofline", Value: bound / seconds},
			results.Value{Unit: "roofline-efficiency", Value: speedup * bound / whole})
	}
	alone := v.alone[i].sum()
	all := float64(v.threads) * seconds
	for o, t := range alone {
		p.Values = append(p.Values, results.Value{Unit: opNames[o] + "-share", Value: t.Seconds() / all})
	}
	p.Values = append(p.Values, results.Value{Unit: "select-of-time", Value: alone[host].Seconds() / seconds},
		results.Value{Unit: "idle-share", Value: 1 - alone.total().Seconds()/all}, results.Value{Unit: "threads-over-one", Value: alone.total().Seconds() / seconds})
	return p
}
