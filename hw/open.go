package hw

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Driver opens devices of one kind. A package that implements a device registers
// its Driver in an init function.
type Driver struct {
	Name string // the part of a device's name before the colon, such as "cpu"
	Doc  string // one line for `ltpbench ls devices`
	// Open opens the device. The options have been checked against what follows.
	Open func(o Options) (Device, error)
	// Types are the compute types that the device knows; nil: F32.
	Types []Type
	// Variant is what the device's variants are, such as "kernels" or "cards", and
	// Variants lists those of this machine; nil: none.
	Variant  string
	Variants func() []string
	// Eager: the device can be opened without what it otherwise defers or records.
	Eager bool
}

// Options are how a device is opened. Open fills in what the device's name says.
type Options struct {
	Type    Type   // compute type, F32 if empty
	Threads int    // host threads, 0 for one per processor
	Variant string // one of the driver's variants; empty: its default
	Eager   bool
	Name    string // the device's whole name, set by Open: defaults are left out
}

var drivers = map[string]Driver{}

// Register makes a driver known. Two of one name are a bug and panic.
func Register(d Driver) {
	if _, twice := drivers[d.Name]; twice {
		panic("hw: a device is registered twice: " + d.Name)
	}
	if d.Types == nil {
		d.Types = []Type{F32}
	}
	if d.Variants == nil {
		d.Variants = func() []string { return nil }
	}
	drivers[d.Name] = d
}

// Drivers returns all registered drivers, sorted by name.
func Drivers() []Driver {
	list := make([]Driver, 0, len(drivers))
	for _, d := range drivers {
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Open opens a device by name: its kind and, after a colon, words with commas
// between them in any order: a variant, a compute type, "eager". Examples are "cpu",
// "cpu:avx2" and "cuda:1,bf16,eager". What the name says takes precedence over o.
func Open(name string, o Options) (Device, error) {
	kind, words, colon := strings.Cut(name, ":")
	d, ok := drivers[kind]
	if !ok {
		var known []string
		for _, d := range Drivers() {
			known = append(known, d.Name)
		}
		return nil, fmt.Errorf("no device %q; this build has: %s", kind, strings.Join(known, ", "))
	}
	if o.Threads < 0 {
		return nil, fmt.Errorf("threads (--threads) %d: it has to be 1 or more, or 0 for one per processor", o.Threads)
	}
	if o.Type != "" && !slices.Contains(d.Types, o.Type) {
		return nil, fmt.Errorf("device %s computes in %s, not in %s", kind, d.types(), o.Type)
	}
	if o.Threads > mostThreads {
		return nil, fmt.Errorf("threads (--threads) %d: it has to be at most %d", o.Threads, mostThreads)
	}
	if colon {
		if err := d.parse(words, &o); err != nil {
			return nil, fmt.Errorf("device %s: %w", name, err)
		}
	}
	if o.Type == "" {
		o.Type = F32
	}
	o.Name = d.full(&o)
	return d.Open(o)
}

// mostThreads bounds what a mistyped number would take: a stack and scratch memory each.
const mostThreads = 4096
