// Package page writes documents for a browser: one file of HTML that needs no network, with
// charts, tables and heat maps as values. Every text in it is text: markup in labels, file
// names and sentences is shown, never interpreted. It is readable without scripts, in print
// and on a phone; a script of some hundred lines adds hover values, toggles and sorting.
package page

// Page is a document.
type Page struct {
	Title    string
	Subtitle string
	Leads    []Lead   // what a reader should know first
	Notices  []string // what limits it: an unfinished run, damage, noise
	Sections []Section
	Foot     string
}

// Lead is a conclusion. The first sentence is set large.
type Lead struct {
	Of        string // what it is about, where there are several
	Sentences []string
}

// Section is a part of a page with a heading.
type Section struct {
	Title      string
	Paragraphs []string
	Parts      []Part
}

// Part is what a section shows below its paragraphs: *Chart, *Table, *HeatMap, *Facts or *Listing.
// Charts, heat maps and facts stand side by side where there is room.
type Part interface{ kind() string }

// Facts are names with values, such as a run's configuration.
type Facts struct {
	Title string
	Items []Fact
}

// Fact is a value with its name; Doc explains it and may be empty.
type Fact struct{ Name, Value, Doc string }

// Listing is a text with its line breaks, such as a file, folded until the reader opens it.
type Listing struct{ Title, Text string }

func (*Chart) kind() string   { return "chart" }
func (*Table) kind() string   { return "table" }
func (*HeatMap) kind() string { return "heatmap" }
func (*Facts) kind() string   { return "facts" }
func (*Listing) kind() string { return "listing" }
