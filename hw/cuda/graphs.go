//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"fmt"
	"hash/maphash"
	"slices"
	"unsafe"
)

// graphs are CUDA Graphs of scripts that came again. A graph is launched only for a
// script that equals its own in every word, so it does what the script would: same
// kernels, addresses, shapes and order. A script is played as it is until it has come
// often enough: a capture costs about as much as the launches of some replays, and in
// mixed text few shapes come back.
type graphs struct {
	seed     maphash.Seed
	patience int            // how often a script is played before it is captured
	seen     map[uint64]int // how often scripts of a hash were played
	known    map[uint64]*graph
	captures int // that were made, and launches of them
	replays  int
}

// graph is a captured script.
type graph struct {
	words []uint64
	exec  C.CUgraphExec
	last  int // the value of replays when it was last launched
}

const (
	leastCalls = 3   // of a script, for a graph to pay
	patience   = 8   // plays of a script before it is captured
	mostGraphs = 256 // at a time, each some kilobytes of the card's memory
	mostSeen   = 1 << 16
)

func newGraphs() graphs {
	return graphs{seed: maphash.MakeSeed(), patience: patience, seen: map[uint64]int{}, known: map[uint64]*graph{}}
}

// replay does what the script says by a graph, if there is one or it is time to make
// one, and reports whether it did.
func (g *graphs) replay(d *device) bool {
	s := &d.script
	if s.most == 1 || s.calls < leastCalls {
		return false
	}
	hash := maphash.Bytes(g.seed, unsafe.Slice((*byte)(unsafe.Pointer(&s.words[0])), 8*len(s.words)))
	known := g.known[hash]
	switch {
	case known != nil && !slices.Equal(known.words, s.words):
		return false // another script of that hash
	case known == nil && g.seen[hash] < g.patience:
		if len(g.seen) == mostSeen {
			clear(g.seen)
		}
		g.seen[hash]++
		return false
	case known == nil && g.captures >= mostGraphs+g.replays:
		return false // captures have not paid so far
	case known == nil:
		if known = g.capture(d); known == nil {
			return true // the device has failed
		}
		g.known[hash] = known
	}
	g.replays++
	known.last = g.replays
	d.check(C.shimReplay(&d.session, known.exec))
	return true
}

// capture makes a graph of the script, in place of the one unused for longest if
// there are many. Without one the device has failed.
func (g *graphs) capture(d *device) *graph {
	if len(g.known) >= mostGraphs {
		var oldest uint64
		for hash, x := range g.known {
			if o := g.known[oldest]; o == nil || x.last < o.last {
				oldest = hash
			}
		}
		C.shimForget(d.context, g.known[oldest].exec)
		delete(g.known, oldest)
	}
	made := &graph{words: slices.Clone(d.script.words)}
	if err := failed(C.shimCapture(&d.session, word(made.words), C.size_t(len(made.words)), &made.exec)); err != nil {
		d.fail(fmt.Errorf("a CUDA Graph can't be made: %w; the device cuda:eager does without graphs", err))
		return nil
	}
	g.captures++
	return made
}

func (g *graphs) close(d *device) {
	for _, x := range g.known {
		C.shimForget(d.context, x.exec)
	}
	*g = graphs{}
}
