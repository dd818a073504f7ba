// Package simd holds the single-threaded loops of the CPU device: plain Go for
// every machine, AVX2 and AVX-512 assembly where the processor has them.
//
// In all of them an element of a product is one chain of multiply-adds over k in
// ascending order, and an element-wise result depends on its element alone. So a
// row's result has the same bits wherever the row stands, with whatever others.
package simd

//go:generate go run -C gen . -out ../z_kernels_amd64.s -stubs ../z_kernels_amd64.go -pkg simd

import (
	"fmt"
	"strings"
)

// Set is the kernels of one instruction set. Its methods are safe for concurrent
// use and allocate nothing.
type Set struct {
	Name   string // "generic", "avx2" or "avx512"
	mr, nr int    // rows and columns of a tile of a product
	few    int    // up to so many rows there are wider tiles
	spare  int    // two rows up to so many that whole tiles leave over make wider tiles

	vector int // elements that an element-wise loop takes at a time
	isa    isa

	// Peak does n rounds of FMAs and returns how many floating-point operations
	// that was; nil where there is no measure of the limit.
	Peak func(n int) int
}

// isa distinguishes the sets. The loops are called by a switch over it and not
// through function values, so that their arguments stay on the stack.
type isa uint8

const (
	isaGeneric isa = iota
	isaAVX2
	isaAVX512
)

// Panel returns how many columns a panel of packed weights has: a split by
// columns falls on its multiples.
func (s *Set) Panel() int { return s.nr }

// Rows returns how many rows a tile of a product has: a split by rows falls on its
// multiples.
func (s *Set) Rows() int { return s.mr }

// Available returns the sets that this machine can run, the fastest first.
func Available() []*Set { return append(machine(), generic) }

// Best returns the fastest set of this machine.
func Best() *Set { return Available()[0] }

// ByName returns a set, or an error that lists what this machine has.
func ByName(name string) (*Set, error) {
	var names []string
	for _, s := range Available() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, fmt.Errorf("this machine or build has no kernels %q; it has: %s", name, strings.Join(names, ", "))
}

// Pause is what a thread does between two looks at a word that another writes.
func Pause() { pause() }
