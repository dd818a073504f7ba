package page

import (
	"slices"
	"strings"
)

// look is what tells a series from others: a number of page.css's colours, of page.html's marks and of page.css's
// dashes. Each suffices alone for eight series.
type look struct {
	ID                 int // of the series on the page
	Colour, Mark, Dash int
	Neutral            bool
	Known              bool // false: no series has the name
}

// kinds is how many colours, marks and dashes there are.
const kinds = 8

// looks gives every series of a page its look, in order of names, so that it is the same in all charts. After the
// eighth the colours repeat with other marks and dashes.
func (p *Page) looks() map[string]look {
	var names []string
	base := map[string]bool{}
	for _, s := range p.Sections {
		for _, part := range s.Parts {
			c, ok := part.(*Chart)
			if !ok {
				continue
			}
			for _, s := range c.Series {
				if !slices.Contains(names, s.Name) {
					names = append(names, s.Name)
				}
				base[s.Name] = base[s.Name] || s.Base
			}
		}
	}
	slices.SortFunc(names, strings.Compare)
	all, next := map[string]look{}, 0
	for id, name := range names {
		if base[name] {
			all[name] = look{Known: true, ID: id, Mark: 3, Dash: 1, Neutral: true}
			continue
		}
		round := next / kinds
		all[name] = look{Known: true, ID: id, Colour: next % kinds, Mark: (next + 3*round) % kinds, Dash: (next + 5*round) % kinds}
		next++
	}
	return all
}

// Class is the look as CSS classes.
func (l look) Class() string {
	if l.Neutral {
		return "s base"
	}
	return "s c" + string(rune('0'+l.Colour)) + " d" + string(rune('0'+l.Dash))
}
