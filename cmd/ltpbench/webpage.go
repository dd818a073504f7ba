package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/inputs"
	"ltpbench/internal/machine"
	"ltpbench/results"
	"ltpbench/results/page"
	"ltpbench/results/report"
)

// newReport makes the page of runs: each section shows all of them, side by side. At are the relative FLOPs near which
// points stand for their methods.
func newReport(chapters []*chapter, at float64) *page.Page {
	p := &page.Page{Foot: "Written by ltpbench, build " + machine.Build() + ", from records alone."}
	several := len(chapters) > 1
	if several {
		p.Title = fmt.Sprintf("%d runs", len(chapters))
	}
	for _, c := range chapters {
		title, subtitle := c.titles()
		lead := page.Lead{}
		if several {
			lead.Of = c.run.Name() + ": " + title + ", " + subtitle
		} else {
			p.Title, p.Subtitle = title, subtitle
		}
		if c.said != nil {
			lead.Sentences = c.said.Sentences()
		}
		if lead.Of != "" || lead.Sentences != nil {
			p.Leads = append(p.Leads, lead)
		}
		for _, notice := range c.notices() {
			if several {
				notice = c.run.Name() + ": " + notice
			}
			p.Notices = append(p.Notices, notice)
		}
	}
	if several {
		p.Notices = append(p.Notices, unlike(chapters)...)
	}
	section := func(title string, paragraphs []string, parts func(*chapter) []page.Part) {
		s := page.Section{Title: title, Paragraphs: paragraphs}
		kinds := 0 // what runs show of one kind stands side by side
		all := make([][]page.Part, len(chapters))
		for i, c := range chapters {
			all[i] = parts(c)
			kinds = max(kinds, len(all[i]))
			for _, part := range all[i] {
				if chart, ok := part.(*page.Chart); ok && several {
					chart.Title = c.run.Name() + ": " + chart.Title
				}
			}
		}
		for kind := range kinds {
			for _, list := range all {
				if kind < len(list) {
					s.Parts = append(s.Parts, list[kind])
				}
			}
		}
		if s.Parts != nil {
			p.Sections = append(p.Sections, s)
		}
	}
	section("Score and cost", nil, (*chapter).cost)
	section("Differences", []string{"Against the best of the other methods, interpolated between its points. Significance holds for all comparisons of a run together (Holm): an interval that does not touch the line is significant."}, (*chapter).differences)
	section("Tokens and lengths", []string{fmt.Sprintf("Of each method the point nearest to %.2g of the FLOPs.", at)}, func(c *chapter) []page.Part { return c.tokens(at) })
	section("Seeds", nil, (*chapter).seeds)
	if t := pointsTable(chapters); t != nil {
		p.Sections = append(p.Sections, page.Section{Title: "All points", Paragraphs: []string{"A heading sorts by its column and explains it. Brackets are 95 % intervals."}, Parts: []page.Part{t}})
	}
	section("How it was measured", nil, func(c *chapter) []page.Part { return c.measured(several) })
	return p
}

// titles are what a run is about, and the rest that identifies it.
func (c *chapter) titles() (title, subtitle string) {
	title = c.run.Get(results.KeyModel)
	if task := c.run.Get(results.KeyTask); task != "" {
		title += " on " + task
	}
	if title == "" {
		title = c.run.Name()
	}
	var parts []string
	for _, x := range []struct{ before, key, after string }{{"", "examples", " examples"}, {"seeds ", results.KeySeeds, ""}, {"", results.KeyDevice, ""}, {"", "kernel", ""}, {"", "cpu", ""}, {"", "gpu", ""}} {
		if v := c.run.Get(x.key); v != "" {
			if x.key == results.KeySeeds && !strings.Contains(v, " ") {
				x.before = "seed "
			}
			parts = append(parts, x.before+v+x.after)
		}
	}
	return title, strings.Join(parts, ", ")
}

// unlike says in what runs differ besides what their tables show.
func unlike(chapters []*chapter) []string {
	var runs []*results.Run
	for _, c := range chapters {
		runs = append(runs, c.run)
	}
	if keys := differences(runs); len(keys) > 0 {
		return []string{"The runs differ in " + strings.Join(keys, ", ") + "; times of different runs are not comparable."}
	}
	return nil
}

// pointsTable is the table of all points of all runs; nil without any.
func pointsTable(chapters []*chapter) *page.Table {
	var all []results.Point
	var metrics []string
	for _, c := range chapters {
		all = append(all, report.Place(c.merged, c.run.Record, c.run.Name())...)
		if c.merged != nil && !slices.Contains(metrics, c.metric) {
			metrics = append(metrics, c.metric)
		}
	}
	if all == nil {
		return nil
	}
	return report.New(all, report.Options{Metrics: metrics, Several: len(chapters) > 1}).Table()
}

// measuredHow are the configuration's keys that say how and where a run measured; all others are of what it measured.
var measuredHow = []string{"order", results.KeyBatch, "timed-examples", "rounds", "last-layer", results.KeyDevice, "kernel", "numerics", "type", "threads",
	"gpu-condition", "cpu", "gpu", "goos", "goarch", "go", "build", "command", results.KeyBegunBy}

// measured lists a run's configuration, with its plan.
func (c *chapter) measured(several bool) (list []page.Part) {
	docs := results.ConfigKeys()
	groups := []*page.Facts{{Title: "Model and text"}, {Title: "Measurement and machine"}}
	for _, k := range c.run.Config {
		fact := page.Fact{Name: k.Name, Value: k.Value}
		if i := slices.IndexFunc(docs, func(d results.KeyDoc) bool { return d.Name == k.Name }); i >= 0 {
			fact.Doc = docs[i].Doc
		}
		group := groups[0]
		if slices.Contains(measuredHow, k.Name) {
			group = groups[1]
		}
		group.Items = append(group.Items, fact)
	}
	for _, fact := range report.Facts(c.run.Record) {
		name, value, ok := strings.Cut(fact, ": ")
		if !ok {
			name, value = "note", fact
		}
		groups[1].Items = append(groups[1].Items, page.Fact{Name: name, Value: value})
	}
	for _, g := range groups {
		if several {
			g.Title = c.run.Name() + ": " + g.Title
		}
		if g.Items != nil {
			list = append(list, g)
		}
	}
	dir := filepath.Dir(c.run.Path)
	for _, path := range []string{filepath.Join(dir, "plan.toml"), filepath.Join(filepath.Dir(dir), "plan.toml")} {
		if text, err := inputs.ReadPath(path, 1<<20); err == nil { // records of other programs have no plan
			title := "plan.toml"
			if several {
				title = c.run.Name() + ": " + title
			}
			return append(list, &page.Listing{Title: title, Text: string(text)})
		}
	}
	return list
}
