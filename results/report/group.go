package report

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"ltpbench/results"
)

// distinguish returns the keys, besides those shown, by which points differ that have the
// same values of the keys shown: without them a table has rows that look alike. Seeds come
// first, the spec last, and no key that the ones before it make superfluous.
func distinguish(points []results.Point, shown []string) map[string]bool {
	var others []string
	for i := range points {
		for _, k := range points[i].Keys {
			if k.Name != "" && !slices.Contains(shown, k.Name) && !slices.Contains(others, k.Name) && k.Name != results.KeySpec && k.Name != results.KeySeed {
				others = append(others, k.Name)
			}
		}
	}
	slices.Sort(others)
	added := make(map[string]bool)
	for _, key := range append(append([]string{results.KeySeed}, others...), results.KeySpec) {
		for _, group := range groups(points, append(slices.Collect(maps.Keys(added)), shown...)) {
			if differs(group, key) {
				added[key] = true
			}
		}
	}
	for _, key := range []string{results.KeyModel, results.KeyTask, results.KeyDevice, KeyRun} {
		if slices.Contains(shown, key) {
			delete(added, key)
		}
	}
	return added
}

// groups splits points by the values of some keys of their names.
func groups(points []results.Point, keys []string) [][]results.Point {
	fields := make([]string, len(keys))
	for i, key := range keys {
		fields[i] = "/" + key
	}
	var parser benchproc.ProjectionParser
	projection, err := parser.Parse(strings.Join(fields, ","), nil)
	if err != nil {
		panic("report: " + err.Error()) // keys of points are lower-case words
	}
	var out [][]results.Point
	at := make(map[benchproc.Key]int)
	for i := range points {
		line, err := points[i].Result()
		if err != nil {
			continue // a name that is not ours
		}
		key := projection.Project(line)
		if _, ok := at[key]; !ok {
			at[key] = len(out)
			out = append(out, nil)
		}
		out[at[key]] = append(out[at[key]], points[i])
	}
	return out
}

// differs reports whether points differ in a key.
func differs(points []results.Point, key string) bool {
	return slices.ContainsFunc(points, func(p results.Point) bool { return p.Key(key) != points[0].Key(key) })
}

// sorted returns the keys of a set that a list does not have, in alphabetical order.
func sorted(set map[string]bool, without []string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(set)), func(key string) bool { return slices.Contains(without, key) })
}

// Differences returns the configuration keys in which records differ, but for those that
// are columns of a table and for what differs by the nature of a run.
func Differences(records []*results.Record) []string {
	var parser benchproc.ProjectionParser
	_, err := parser.Parse("model,task,device,command,plan", nil)
	if err != nil {
		panic("report: " + err.Error())
	}
	residue := parser.Residue()
	var keys []benchproc.Key
	for _, r := range records {
		line := &benchfmt.Result{Name: benchfmt.Name("Run"), Iters: 1}
		for _, c := range r.Config {
			line.Config = append(line.Config, benchfmt.Config{Key: c.Name, Value: []byte(c.Value), File: true})
		}
		keys = append(keys, residue.Project(line))
	}
	var out []string
	for _, f := range benchproc.NonSingularFields(keys) {
		out = append(out, f.Name)
	}
	return out
}
