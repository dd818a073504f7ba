package main

import (
	"time"

	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// subject is a rule on a device with so many threads, and what its batches took.
type subject struct {
	d        *timed
	r        *eval.Runner
	batches  []ragged.Batch
	flops    float64 // executed
	products []linear
	least    []spent // each batch's round with the least time
}

func newSubject(d *timed, e *model.Encoder, rule pruners.Pruner, batches []ragged.Batch) (*subject, error) {
	s := &subject{d: d, r: eval.NewRunner(e, rule, model.Options{}), batches: batches, least: make([]spent, len(batches))}
	if err := s.r.Reserve(eval.Size(batches)); err != nil {
		return nil, err
	}
	d.products, d.notes = nil, true
	defer func() { s.products, d.notes = d.products, false }()
	for i := range batches {
		var err error
		if s.least[i], err = s.pass(i); err != nil {
			return nil, err
		}
		s.flops += float64(s.r.Executed())
	}
	return s, nil
}

// pass runs a batch.
func (s *subject) pass(i int) (spent, error) {
	s.d.spent = spent{}
	begin := time.Now()
	_, err := s.r.Run(s.batches[i])
	took := s.d.spent
	took[host] = time.Since(begin) - took.total()
	return took, err
}

// round runs all batches.
func (s *subject) round() error {
	for i := range s.batches {
		took, err := s.pass(i)
		if err != nil {
			return err
		}
		if took.total() < s.least[i].total() {
			s.least[i] = took
		}
	}
	return nil
}

// sum is the time of all batches, each at its best.
func (s *subject) sum() (all spent) {
	for _, l := range s.least {
		for o, t := range l {
			all[o] += t
		}
	}
	return all
}

// open puts the model on a CPU with so many threads.
func open(device string, threads int, c *model.Checkpoint) (*timed, *model.Encoder, error) {
	inner, err := hw.Open(device, hw.Options{Threads: threads})
	if err != nil {
		return nil, nil, err
	}
	d := &timed{Device: inner}
	e, err := model.New(d, c)
	return d, e, err
}
