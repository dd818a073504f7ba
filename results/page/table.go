package page

// Table is a table that the reader can sort by any column.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell // a cell for each column
	Notes   []string // what marks in the cells mean
}

// Column is a column of a table.
type Column struct {
	Title   string
	Doc     string // what the column says: unit, range, formula
	Numeric bool   // aligned to the right
}

// Cell is a text and, in a numeric column, the number that it is sorted by. The zero Cell is a
// missing value.
type Cell struct {
	Text   string
	Number *float64
	Series string // draws the mark that this series has in the page's charts before the text
}

// documented are the columns with an explanation.
func (t *Table) documented() (list []Column) {
	for _, c := range t.Columns {
		if c.Doc != "" {
			list = append(list, c)
		}
	}
	return list
}
