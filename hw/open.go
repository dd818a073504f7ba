package hw

import (
	"fmt"
	"sort"
	"strings"
)

// Driver makes devices of one kind. A package that implements a device registers
// its Driver in an init function.
type Driver struct {
	Name string // the part of a device's name before the colon, such as "cpu"
	Doc  string // one line for `ltpbench ls devices`
	// Open opens the device; variant is the part of the name after the colon
	// ("avx2" in "cpu:avx2"), empty for the default.
	Open func(variant string, o Options) (Device, error)
	// Variants lists what may follow the colon on this machine.
	Variants func() []string
}

// Options is what a device's session is opened with.
type Options struct {
	Type    Type // compute type, F32 if empty
	Threads int  // host threads, 0 for one per processor
}

var drivers = map[string]Driver{}

// Register makes a driver known. Two of one name are a bug and panic.
func Register(d Driver) {
	if _, twice := drivers[d.Name]; twice {
		panic("hw: a device is registered twice: " + d.Name)
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

// Open opens a device by name, such as "cpu" or "cpu:avx2".
func Open(name string, o Options) (Device, error) {
	kind, variant, _ := strings.Cut(name, ":")
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
	if o.Type == "" {
		o.Type = F32
	}
	return d.Open(variant, o)
}
