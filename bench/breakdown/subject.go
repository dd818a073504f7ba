package main

import (
	"time"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// subject is a rule on a device with so many threads, and what its batches took.
type subject struct {
	d        *timed
	e        *model.Encoder
	r        *model.Run
	batches  []ragged.Batch
	flops    float64 // executed
	products []linear
	least    []spent // each batch's round with the least time
}

func newSubject(d *timed, e *model.Encoder, rule pruners.Pruner, batches []ragged.Batch) (*subject, error) {
	var size model.Size
	for _, b := range batches {
		size.Fit(b.Seqs)
	}
	r, err := model.NewHardRun(e, rule, size, model.Options{})
	if err != nil {
		return nil, err
	}
	s := &subject{d: d, e: e, r: r, batches: batches, least: make([]spent, len(batches))}
	d.products, d.notes = nil, true
	defer func() { s.products, d.notes = d.products, false }()
	for i := range batches {
		if s.least[i], err = s.pass(i); err != nil {
			return nil, err
		}
		asking, alive, kept := r.Counts()
		for b := range alive {
			s.flops += float64(model.Executed(&e.Config, asking[b], alive[b], kept[b]))
		}
	}
	return s, nil
}

// pass runs a batch.
func (s *subject) pass(i int) (spent, error) {
	s.d.spent = spent{}
	begin := time.Now()
	s.r.Load(s.batches[i])
	loaded := time.Since(begin)
	s.e.Forward(s.r)
	err := s.r.Sync()
	took := s.d.spent
	took[load] = loaded
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
