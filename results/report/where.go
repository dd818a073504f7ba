package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"ltpbench/results"
)

// Filter selects points, in the language of benchproc: /method:topk is the key of a point's name, task:SST-2 one of the
// configuration, /method:/topk/ a regular expression; they combine with AND, OR, - and parentheses. .unit:accuracy
// keeps the values of a unit alone.
type Filter struct {
	text   string
	filter *benchproc.Filter
}

// NewFilter parses a filter.
func NewFilter(text string) (*Filter, error) {
	f, err := benchproc.NewFilter(text)
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", text, err)
	}
	return &Filter{text, f}, nil
}

// nameKey finds the keys of names in a filter.
var nameKey = regexp.MustCompile(`(?:^|[\s(-])(/[\w-]+):`)

// Select returns the points of a record that fit. It is an error if none does, or if the filter asks for a key of names
// that neither these points nor any others have.
func (f *Filter) Select(r *results.Record, points []results.Point) ([]results.Point, error) {
	has := fmt.Sprintf("points have the keys %s, and the configuration %s", strings.Join(keysOf(points), ", "), strings.Join(configOf(r), ", "))
	known := keysOf(points)
	for _, k := range results.NameKeys() {
		known = append(known, "/"+k.Name)
	}
	for _, asked := range nameKey.FindAllStringSubmatch(f.text, -1) {
		if !slices.Contains(known, asked[1]) {
			return nil, fmt.Errorf("%s: no point has the key %s of the filter %q; %s", r.Path, asked[1], f.text, has)
		}
	}
	var out []results.Point
	for i := range points {
		line, err := withConfig(r, &points[i])
		if err != nil {
			return nil, err
		}
		if ok, err := f.filter.Apply(line); err != nil {
			return nil, fmt.Errorf("filter %q: %w", f.text, err)
		} else if !ok {
			continue
		}
		p := points[i]
		if len(line.Values) < len(p.Values) {
			p.Values = slices.DeleteFunc(slices.Clone(p.Values), func(v results.Value) bool {
				return !slices.ContainsFunc(line.Values, func(kept benchfmt.Value) bool { return kept.Unit == v.Unit })
			})
		}
		out = append(out, p)
	}
	if out == nil {
		return nil, fmt.Errorf("%s: no point fits the filter %q; %s", r.Path, f.text, has)
	}
	return out, nil
}

// keysOf lists the keys in the names of points, as filters have them.
func keysOf(points []results.Point) (list []string) {
	for i := range points {
		for _, k := range points[i].Keys {
			if name := "/" + k.Name; k.Name != "" && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

func configOf(r *results.Record) (list []string) {
	for _, k := range r.Config {
		list = append(list, k.Name)
	}
	return list
}

// withConfig is a point as benchproc reads it, with its record's configuration.
func withConfig(r *results.Record, p *results.Point) (*benchfmt.Result, error) {
	line, err := p.Result()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Path, err)
	}
	for _, k := range r.Config {
		line.Config = append(line.Config, benchfmt.Config{Key: k.Name, Value: []byte(k.Value), File: true})
	}
	return line, nil
}

// Projection orders rows by keys of points and configuration, in the language of benchproc: "/budget@num,/method".
type Projection struct {
	projection *benchproc.Projection
	rows       []projected
	known      []string // keys of the points and records added
}

type projected struct {
	point results.Point
	key   benchproc.Key
}

// NewProjection parses a projection.
func NewProjection(text string) (*Projection, error) {
	var parser benchproc.ProjectionParser
	p, err := parser.Parse(text, nil)
	if err != nil {
		return nil, fmt.Errorf("projection %q: %w", text, err)
	}
	for _, f := range p.Fields() {
		if strings.HasPrefix(f.Name, ".") {
			return nil, fmt.Errorf("projection %q: %s is no column; choose keys of points, such as /budget, or of the configuration, such as cpu", text, f.Name)
		}
	}
	return &Projection{projection: p}, nil
}

// Add adds points of a record.
func (p *Projection) Add(r *results.Record, points []results.Point) error {
	p.known = append(append(p.known, keysOf(points)...), configOf(r)...)
	for i := range points {
		line, err := withConfig(r, &points[i])
		if err != nil {
			return err
		}
		p.rows = append(p.rows, projected{points[i], p.projection.Project(line)})
	}
	return nil
}

// Points returns all points in the projection's order, each with its keys, and the keys' names. It is an error if a key
// is in none of the records.
func (p *Projection) Points() (points []results.Point, keys []string, err error) {
	for _, f := range p.projection.Fields() {
		if !slices.Contains(p.known, f.Name) {
			slices.Sort(p.known)
			return nil, nil, fmt.Errorf("no point has the key %q; there are %s", f.Name, strings.Join(slices.Compact(p.known), ", "))
		}
	}
	var all []benchproc.Key
	for _, row := range p.rows {
		all = append(all, row.key)
	}
	benchproc.SortKeys(all)
	slices.SortStableFunc(p.rows, func(a, b projected) int { return cmp.Compare(slices.Index(all, a.key), slices.Index(all, b.key)) })
	fields := p.projection.FlattenedFields()
	for _, f := range fields {
		keys = append(keys, strings.TrimPrefix(f.Name, "/"))
	}
	for _, row := range p.rows {
		point := row.point
		for i, f := range fields {
			if value := row.key.Get(f); point.Key(keys[i]) == "" && value != "" {
				point.Keys = append([]results.Key{{Name: keys[i], Value: value}}, point.Keys...)
			}
		}
		points = append(points, point)
	}
	return points, keys, nil
}
