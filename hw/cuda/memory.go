//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// memory is a piece of the card's memory: hw.Buffer of this package.
type memory struct {
	of    *scope
	at    uint64
	bytes int
}

// address is where the memory lies.
func (m *memory) address() uint64 {
	m.of.alive()
	return m.at
}

// probs remembers each row's maximum and sum instead of probabilities; the memory
// is made when the number of rows is known.
type probs struct {
	of    *scope
	stats *memory
}

// scratches are kinds of memory that operations need for themselves; each grows
// to the largest size asked for and is a scope, which ends when it is too small. All
// work is in one stream, so one of a kind is enough.
const (
	scratchLive = iota
	scratchPlaces
	scratchHeads
	scratchWeights
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
	scratchTensors
	scratches
)

// room returns memory of a kind. An operation that has asked for one kind twice no
// longer uses the first answer.
func (d *device) room(kind, bytes int) uint64 {
	m := d.scratch[kind]
	if m == nil || m.bytes < bytes {
		if m != nil {
			m.of.Close()
		}
		m = d.begin().alloc(bytes + bytes/4)
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
	return b.address() + 4*uint64(m.Off)
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
	return b.address() + 4*uint64(v.Off)
}
