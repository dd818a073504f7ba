// Package registry holds named kinds of values that a line of text chooses and
// sets, such as "topk:rate=0.5,start=1": each kind documents itself and its
// parameters, and is registered by the file that implements it.
package registry

import (
	"fmt"
	"slices"
	"strings"
)

// Param documents one parameter of a kind.
type Param struct{ Key, Doc string }

// Entry is a registered kind of T.
type Entry[T any] struct {
	Name string
	Doc  string // what it does and where it was published, one sentence or two
	// Params documents each parameter, in the order in which they are written.
	Params []Param
	// New makes the value; args hold only keys that Params or the registry names.
	New func(args Args) (T, error)
	// Examples are texts that tests construct and run.
	Examples []string
}

// Registry is a set of kinds of T.
type Registry[T any] struct {
	what    string
	common  []Param
	entries map[string]Entry[T]
}

// New returns an empty registry. what is what messages call an entry, such as
// "objective"; common are parameters that every entry takes.
func New[T any](what string, common ...Param) *Registry[T] {
	return &Registry[T]{what, common, map[string]Entry[T]{}}
}

// Register makes a kind known. Two of one name are a bug and panic.
func (r *Registry[T]) Register(e Entry[T]) {
	if _, twice := r.entries[e.Name]; twice {
		panic("registry: a name is registered twice: " + e.Name)
	}
	r.entries[e.Name] = e
}

// Entries returns all kinds, sorted by name, with the common parameters last.
func (r *Registry[T]) Entries() []Entry[T] {
	list := make([]Entry[T], 0, len(r.entries))
	for _, e := range r.entries {
		e.Params = append(slices.Clone(e.Params), r.common...)
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Entry[T]) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Parse makes the value that a text NAME or NAME:KEY=VALUE,KEY=VALUE describes. It
// returns the parameters too, for those common to all entries.
func (r *Registry[T]) Parse(text string) (T, Args, error) {
	var zero T
	name, rest, some := strings.Cut(text, ":")
	e, ok := r.entries[name]
	if !ok {
		var known []string
		for _, e := range r.Entries() {
			known = append(known, e.Name)
		}
		return zero, Args{}, fmt.Errorf("no %s %q; there are: %s", r.what, name, strings.Join(known, ", "))
	}
	args := Args{map[string]string{}}
	var keys []string
	for _, p := range append(slices.Clone(e.Params), r.common...) {
		keys = append(keys, p.Key)
	}
	for _, part := range strings.Split(rest, ",") {
		if !some {
			break
		}
		key, value, ok := strings.Cut(part, "=")
		if !ok || value == "" {
			return zero, args, fmt.Errorf("%s %q: %q is not key=value", r.what, text, part)
		}
		if !slices.Contains(keys, key) {
			takes := "nothing"
			if len(keys) > 0 {
				takes = strings.Join(keys, ", ")
			}
			return zero, args, fmt.Errorf("%s %q: no parameter %q; %s takes: %s", r.what, text, key, name, takes)
		}
		if args.Has(key) {
			return zero, args, fmt.Errorf("%s %q: %q is given twice", r.what, text, key)
		}
		args.values[key] = value
	}
	x, err := e.New(args)
	if err != nil {
		return zero, args, fmt.Errorf("%s %q: %w", r.what, text, err)
	}
	return x, args, nil
}
