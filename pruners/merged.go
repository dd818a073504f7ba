package pruners

import "sync"

// begin empties m, without sizes, to be filled by source, row and sequence.
func (m *Merged) begin() {
	m.Next, m.Offsets, m.Rows, m.Weights, m.Sizes = append(m.Next[:0], 0), append(m.Offsets[:0], 0), m.Rows[:0], m.Weights[:0], nil
}

// source adds a source to the new row under way.
func (m *Merged) source(row int32, weight float32) {
	m.Rows, m.Weights = append(m.Rows, row), append(m.Weights, weight)
}

// row ends the new row under way.
func (m *Merged) row() { m.Offsets = append(m.Offsets, int32(len(m.Rows))) }

// sequence ends the sequence under way.
func (m *Merged) sequence() { m.Next = append(m.Next, int32(len(m.Offsets)-1)) }

// flags are lists of marks; decisions run side by side.
var flags = sync.Pool{New: func() any { return new([]bool) }}
