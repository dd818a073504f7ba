package model

import (
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// hard is the seam that lets a pruner drop rows for good.
type hard struct {
	pruner pruners.Pruner
	layers int
	onHost bool // whether a decision was made on the host
	nets   []*Network
}

// NewHardRun is NewRun for a pruner. An error reports that the rule does not fit the model.
func NewHardRun(e *Encoder, p pruners.Pruner, size Size, o Options) (*Run, error) {
	if err := pruners.Fits(p, e.Config.Layers); err != nil {
		return nil, err
	}
	h := &hard{pruner: p, layers: e.Config.Layers}
	o.Layers = pruners.Depth(p, e.Config.Layers)
	r := NewRun(e, h, size, o)
	if err := h.networks(e, r.memory, size); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// networks puts the rule's networks, if it has any, on the device.
func (h *hard) networks(e *Encoder, m hw.Memory, size Size) (err error) {
	if _, ok := pruners.As[pruners.Predictor](h.pruner); ok {
		if pruners.StateOf(h.pruner) == nil {
			return fmt.Errorf("pruner %s has no weights yet: they are learned in training and saved beside the model's; name the folder of those", h.pruner.Spec())
		}
		net := func(layer int) *pruners.Net { return pruners.NetOf(h.pruner, layer, h.layers, e.Config.Width) }
		if h.nets, err = NewNetworks(e, m, net, pruners.StateOf(h.pruner), size, false); err != nil {
			return fmt.Errorf("pruner %s: %w", h.pruner.Spec(), err)
		}
	}
	return nil
}

// Network implements Networked.
func (h *hard) Network(layer int) *Network {
	if h.nets == nil {
		return nil
	}
	return h.nets[layer]
}

// SetPruner gives the run of a NewHardRun another rule of the same kind, between
// two batches. Its networks, if it has any, stay as they are.
func (r *Run) SetPruner(p pruners.Pruner) { r.seam.(*hard).pruner = p }

// SelectedOnHost reports whether the pruner of a NewHardRun has decided on the host.
func (r *Run) SelectedOnHost() bool { h, ok := r.seam.(*hard); return ok && h.onHost }

func (h *hard) Score(layer int) hw.Score { return h.pruner.Score(layer, h.layers) }

func (h *hard) Finish(r *Run, a *Activations) hw.Mat { return a.Y }

// keyReader is a seam whose rule may ask for attention's keys.
type keyReader interface{ readsKeys() bool }

func (h *hard) readsKeys() bool { return pruners.ReadsKeys(h.pruner, h.layers) }

// Enter implements Seam. Decisions before attention are made on the host: they read no
// more than a network's scores, or what the host knows from the beginning.
func (h *hard) Enter(r *Run, a *Activations) {
	p := h.pruner
	if !pruners.Before(p, a.Layer, h.layers) {
		return
	}
	h.onHost = true
	r.ScoreEntry(a, nil)
	h.decide(r, r.EntryView(a), func() { r.MergeEntry(a, &r.host.merged) }, func() { r.Admit(a, r.host.rows, r.host.next) })
}

// decide has the rule decide about the rows of v, by merge or else by keeping some.
func (h *hard) decide(r *Run, v pruners.View, merge, keep func()) {
	if m, ok := pruners.As[pruners.Merger](h.pruner); ok {
		if err := pruners.CheckScores(v); err != nil {
			r.Fail(err)
			return
		}
		m.Merge(v, &r.host.merged)
		merge()
		return
	}
	list := r.host.keep[:v.Seqs.Rows()]
	if err := pruners.Decide(h.pruner, v, list); err != nil {
		r.Fail(err)
		return
	}
	r.host.rows, r.host.next = ragged.Compact(v.Seqs, list, r.host.rows, r.host.next)
	if len(r.host.rows) < len(list) {
		keep()
	}
}

func (h *hard) Choose(r *Run, a *Activations) {
	p := h.pruner
	if !pruners.Decides(p, a.Layer, h.layers) || pruners.Before(p, a.Layer, h.layers) {
		return
	}
	if on, ok := pruners.As[pruners.OnDevice](p); ok && !a.Scored.Absent() {
		rows, offsets, room := r.Lists(a)
		view := pruners.DeviceView{
			Layer: a.Layer, Layers: h.layers, Heads: a.Attention.Heads, Seqs: a.Seqs, Full: r.full.Top(a.Seqs.Count),
			FullHost: r.host.full, Scored: a.Scored, PerSequence: room,
		}
		if on.KeepOn(r.d, view, pruners.Selection{Rows: rows, Offsets: offsets}) {
			next := hw.Seqs{Offsets: offsets, Count: a.Seqs.Count, Rows: a.Seqs.Rows, Longest: a.Seqs.Longest}
			if r.hostSizes > 0 && a.Seqs.Rows >= r.hostSizes || r.o.SaveActivations { // a backward pass sums over rows, so it has to know how many there are
				r.count(a, offsets)
			}
			r.Select(a, rows, next)
			return
		}
	}
	h.onHost = true
	h.decide(r, r.View(a), func() { r.Merge(a, &r.host.merged) }, func() { r.SelectHost(a, r.host.rows, r.host.next) })
}
