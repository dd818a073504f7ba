package results

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// KeyJoined is the key of a configuration that Join made: the runs' names.
const KeyJoined = "joined"

var (
	// apart are the configuration keys in which runs that are joined may differ: neither what is counted nor what is timed
	// depends on them.
	apart = []string{KeySeeds, "plan", "command", KeyBegunBy, "gpu-condition", "build", "unreachable"}
	// counted are the keys in which they must agree for what is counted alone: they measured one model on one text, each
	// cell trained in the same way.
	counted = []string{KeyModel, "model-hash", KeyTask, "data-hash", "examples", "positive", "tuning", "train-examples", "last-layer"}
)

// Join makes one run of runs of different seeds: the seed is among the keys of each line, and the predictions are those
// of all. A configuration key that differs keeps every value, separated by " | ". Times of a run whose timing is not
// finished are left out; with countedOnly those of all are, and the runs may be of different machines. It is an error if
// the runs measured different things, share a seed, or lack cells that others have.
func Join(runs []*Run, countedOnly bool) (*Run, error) {
	if err := joinable(runs, countedOnly); err != nil {
		return nil, err
	}
	all := &Run{Record: &Record{Path: runs[0].Path, Config: joinConfig(runs), units: runs[0].units}}
	var first map[string]string
	for _, run := range runs {
		names, cells := map[string]string{}, map[string]string{} // names of the run's points, by those in the record and without seeds
		for _, p := range run.Points {
			was, err := p.FullName()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", run.Path, err)
			}
			if p = withSeed(run, p); countedOnly { // how long it took, and where a rule decided, is of no account
				p.Procs, p.Keys = 0, slices.DeleteFunc(slices.Clone(p.Keys), func(k Key) bool { return k.Name == KeySelect })
			}
			if (countedOnly || !timed(run)) && !count(run, &p) {
				continue
			}
			if names[was], err = p.FullName(); err != nil {
				return nil, fmt.Errorf("%s: %w", run.Path, err)
			}
			if _, ok := p.Value(ExecutedRatio); ok && p.Name == "Sweep" {
				cells[unseeded(&p, false)] = names[was]
			}
			all.Points = append(all.Points, p)
		}
		if first == nil {
			first = cells
		}
		if err := errors.Join(lacks(run, runs[0], cells, first), lacks(runs[0], run, first, cells)); err != nil {
			return nil, err
		}
		for _, p := range run.Predictions {
			if name, ok := names[p.Point]; ok {
				p.Point = name
				all.Predictions = append(all.Predictions, p)
			}
		}
	}
	return all, nil
}

// joinable is an error if runs can't be joined, as far as their configurations and last lines tell.
func joinable(runs []*Run, countedOnly bool) error {
	first, of := runs[0], map[string]*Run{}
	for _, run := range runs {
		if err := errors.Join(run.Problems...); err != nil {
			return err
		}
		seeds := strings.Fields(run.Get(KeySeeds))
		if len(seeds) == 0 {
			return fmt.Errorf("%s: its configuration names no seeds: only runs of known seeds can be joined", run.Path)
		}
		keys := counted
		if !countedOnly {
			keys = nil
			for _, k := range append(slices.Clone(first.Config), run.Config...) {
				if !slices.Contains(apart, k.Name) {
					keys = append(keys, k.Name)
				}
			}
		}
		for _, key := range keys {
			if a, b := first.Get(key), run.Get(key); !SameValue(key, a, b) {
				cure := "only runs of one model, text and training can be joined"
				if !countedOnly && !slices.Contains(counted, key) {
					cure = "only runs of one kind of machine and settings can be joined with their times; --counted leaves times out"
				}
				return fmt.Errorf("%s has %s %q and %s has %q: %s", first.Path, key, a, run.Path, b, cure)
			}
		}
		for _, seed := range seeds {
			if of[seed] != nil {
				return fmt.Errorf("%s and %s both have seed %s: leave one of them out", of[seed].Path, run.Path, seed)
			}
			of[seed] = run
		}
	}
	return nil
}

// lacks is an error if a run has no point of a cell that another has.
func lacks(run, other *Run, cells, others map[string]string) error {
	for _, cell := range slices.Sorted(maps.Keys(others)) {
		if cells[cell] == "" {
			return fmt.Errorf("%s has no counterpart of %s, a point of %s: finish it, or leave it out", run.Path, others[cell], other.Path)
		}
	}
	return nil
}

// withSeed returns a point with its seed among its keys, which those of a plan of one seed lack.
func withSeed(run *Run, p Point) Point {
	seeds := strings.Fields(run.Get(KeySeeds))
	if len(seeds) != 1 || p.Key(KeySeed) != "" {
		return p
	}
	at := slices.IndexFunc(p.Keys, func(k Key) bool { return k.Name == KeyTuned })
	if at < 0 {
		at = len(p.Keys)
	}
	p.Keys = slices.Insert(slices.Clone(p.Keys), at, Key{KeySeed, seeds[0]})
	return p
}

// timed reports whether a run has its last line, and so all times.
func timed(run *Run) bool {
	return slices.ContainsFunc(run.Points, func(p Point) bool { return p.Name == "Run" })
}

// count leaves of a sweep's point what is counted; it is false if nothing is left.
func count(run *Run, p *Point) bool {
	if p.Name != "Sweep" {
		return false
	}
	var values []Value
	for _, v := range p.Values {
		unit := strings.TrimSuffix(strings.TrimSuffix(v.Unit, "-low"), "-high")
		if run.Counted(unit) {
			values = append(values, v)
		}
	}
	p.Values = values
	return len(values) > 0
}

// joinConfig lists every key of the runs with its values, in their order, and the runs' names.
func joinConfig(runs []*Run) []Key {
	var config []Key
	var names []string
	for _, run := range runs {
		name := run.Name()
		if !timed(run) {
			name += " (not timed)"
		}
		names = append(names, name)
		for _, k := range run.Config {
			at := slices.IndexFunc(config, func(c Key) bool { return c.Name == k.Name })
			switch {
			case at < 0:
				config = append(config, k)
			case k.Name == KeySeeds:
				config[at].Value += " " + k.Value
			case !slices.Contains(strings.Split(config[at].Value, " | "), k.Value):
				config[at].Value += " | " + k.Value
			}
		}
	}
	return append(config, Key{KeyJoined, strings.Join(names, ", ")})
}
