package results

import (
	"fmt"
	"slices"
	"strings"
)

// pooled are the configuration keys that pooled runs have in common: they measured one
// model on one text, each cell trained in the same way.
var pooled = []string{KeyModel, "model-hash", KeyTask, "data-hash", "examples", "positive", "tuning", "train-examples", "last-layer"}

// Pool makes one run of several of different seeds, from several machines or builds. It
// has their counted values and predictions and none of their times, which are not
// comparable. A configuration key that differs keeps every value, separated by " | ". It
// is an error if the runs measured different things, or differ about the same cell.
func Pool(runs []*Run) (*Run, error) {
	first := runs[0]
	all := &Run{Record: &Record{Path: first.Path, units: first.units}}
	for _, run := range runs[1:] {
		for _, key := range pooled {
			if a, b := first.Get(key), run.Get(key); a != b {
				return nil, fmt.Errorf("%s has %s %q and %s has %q: only runs of one model, text and training can be pooled", first.Path, key, a, run.Path, b)
			}
		}
	}
	all.Config = joinConfig(runs)
	from := map[string]*Run{}
	known := map[string]Point{}
	for _, run := range runs {
		names := map[string]string{} // of the run's points, by those in the record
		for _, p := range run.Points {
			was, err := p.FullName()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", run.Path, err)
			}
			p, ok := countedOnly(run, p)
			if !ok {
				continue
			}
			name, err := p.FullName()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", run.Path, err)
			}
			if old, twice := known[name]; twice {
				if !slices.Equal(old.Values, p.Values) {
					return nil, fmt.Errorf("%s and %s have other values for %s: pool runs of different seeds", from[name].Path, run.Path, name)
				}
				continue
			}
			known[name], from[name], names[was] = p, run, name
			all.Points = append(all.Points, p)
		}
		for _, p := range run.Predictions {
			if name, ok := names[p.Point]; ok {
				p.Point = name
				all.Predictions = append(all.Predictions, p)
			}
		}
		all.Problems = append(all.Problems, run.Problems...)
	}
	return all, nil
}

// countedOnly returns a sweep's point with its counted values, its seed among the keys
// and no number of threads; false if nothing of it is counted.
func countedOnly(run *Run, p Point) (Point, bool) {
	if p.Name != "Sweep" {
		return p, false
	}
	var values []Value
	for _, v := range p.Values {
		unit := strings.TrimSuffix(strings.TrimSuffix(v.Unit, "-low"), "-high")
		if run.Counted(unit) {
			values = append(values, v)
		}
	}
	p.Values, p.Procs, p.Keys = values, 0, slices.Clone(p.Keys)
	if seed := run.Get(KeySeeds); p.Key(KeySeed) == "" && seed != "" {
		at := slices.IndexFunc(p.Keys, func(k Key) bool { return k.Name == KeyTuned })
		if at < 0 {
			at = len(p.Keys)
		}
		p.Keys = slices.Insert(p.Keys, at, Key{KeySeed, seed})
	}
	return p, len(values) > 0
}

// joinConfig lists every key of the runs with its values, in their order.
func joinConfig(runs []*Run) []Key {
	var config []Key
	for _, run := range runs {
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
	return config
}
