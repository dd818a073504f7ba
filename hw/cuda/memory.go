//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// memory is a piece of the card's memory: hw.Buffer of this package.
type memory struct {
	at    uint64
	bytes int
}

// probs remembers each row's maximum and sum instead of probabilities; the memory
// is made when the number of rows is known.
type probs struct{ stats *memory }

// scratches are kinds of memory that operations need for themselves; each grows
// to the largest size asked for. All work is in one stream, so one of a kind is enough.
const (
	scratchLive = iota
	scratchPlaces
	scratchHeads
	scratchMarks
	scratchCounts
	scratchStats
	scratchSums
	scratchX
	scratchQueries
	scratchKeyValues
	scratchContext
	scratchDY
	scratchFactor
	scratchEmbed
	scratchSquares
	scratches
)

func (d *device) room(kind, bytes int) uint64 {
	m := d.scratch[kind]
	if m == nil || m.bytes < bytes {
		m = d.alloc(bytes + bytes/4)
		d.scratch[kind] = m
	}
	return m.at
}

// at returns where a matrix lies; 0 if it is absent.
func at(m hw.Mat) uint64 {
	if m.Absent() {
		return 0
	}
	b := m.Buf.(*memory)
	if m.Off < 0 || 4*(m.Off+m.Rows*m.Cols) > b.bytes {
		panic("cuda: a matrix reaches beyond its memory")
	}
	return b.at + 4*uint64(m.Off)
}

// list returns where a list lies; 0 if it is absent.
func list(v hw.Ints) uint64 {
	if v.Absent() {
		return 0
	}
	b := v.Buf.(*memory)
	if v.Off < 0 || 4*(v.Off+v.N) > b.bytes {
		panic("cuda: a list reaches beyond its memory")
	}
	return b.at + 4*uint64(v.Off)
}

// Floats implements hw.Device.
func (d *device) Floats(rows, cols int) hw.Mat {
	return hw.Mat{Buf: d.again(4 * rows * cols), Rows: rows, Cols: cols}
}

// Ints implements hw.Device.
func (d *device) Ints(n int) hw.Ints { return hw.Ints{Buf: d.again(4 * n), N: n} }

// Probs implements hw.Device.
func (d *device) Probs(heads, pairs int) hw.Probs { return hw.Probs{Buf: &probs{}} }
