package text

import (
	"fmt"
	"slices"
	"strings"
)

// separators are what tables of text have between their cells.
var separators = []string{",", ";", "\t", "|"}

// separator is what stands between a table's cells, by its first line: what the format says, else the kind's own.
// A CSV file without a comma in its first line, as spreadsheets write it where the comma is for decimals, has the one
// of the other separators that is there, if a column then has the name of a text.
func (f Format) separator(first string) string {
	switch {
	case f.Separator != "":
		return f.Separator
	case f.Kind == TSV:
		return "\t"
	}
	if found := within(first); len(found) == 1 && found[0] != "," {
		for _, name := range strings.Split(withoutEnd(first), found[0]) {
			name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))
			pair := slices.ContainsFunc(usualPairs, func(p [2]string) bool { return p[0] == name })
			if pair || slices.Contains(usualTexts, name) || name != "" && name == strings.ToLower(f.Text) {
				return found[0]
			}
		}
	}
	return ","
}

// within lists the separators in a line.
func within(line string) (found []string) {
	for _, s := range separators {
		if strings.Contains(line, s) {
			found = append(found, s)
		}
	}
	return found
}

// otherSeparator is a message's end for a table whose first row is one cell, with another separator in it.
func (f Format) otherSeparator(first row) string {
	if f.Kind != CSV && f.Kind != TSV || len(first.cells) != 1 {
		return ""
	}
	for _, s := range within(first.cells[0]) {
		return fmt.Sprintf("; its first row has no %q but %q: perhaps --separator %q", f.Separator, s, s)
	}
	return ""
}
