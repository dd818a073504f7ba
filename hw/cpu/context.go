package cpu

import (
	"sort"

	"ltpbench/hw"
)

func (d *device) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	if d.err != nil {
		return
	}
	w := d.attend(a, stepContext)
	w.y = f(y)
	w.live(rows)
	if w.scores() && !w.stores() {
		n := y.Rows
		if !w.all {
			n = len(w.rows)
		}
		d.rowwise(rowwise{op: opGather, y: w.y, x: w.probs.context, list: w.rows, rows: n, cols: w.width})
		return
	}
	w.run()
}

// live notes the query rows that live on. The list may be longer than there are:
// what no longer ascends is past its end.
func (w *attention) live(rows hw.Ints) {
	w.all = rows.Absent()
	if w.all {
		return
	}
	w.rows = n(rows)
	for i := 1; i < len(w.rows); i++ {
		if w.rows[i] <= w.rows[i-1] {
			w.rows = w.rows[:i]
			break
		}
	}
	if w.a.QSeqs.Count == 0 {
		w.rows = nil
	}
}

// span returns which rows of the context belong to the sequence.
func (s *sequence) span() (first, last int) {
	if s.all {
		return s.q0, s.q0 + s.nq
	}
	first = sort.Search(len(s.rows), func(i int) bool { return int(s.rows[i]) >= s.q0 })
	last = sort.Search(len(s.rows), func(i int) bool { return int(s.rows[i]) >= s.q0+s.nq })
	return first, last
}

// place is the place of context row i's query within the sequence.
func (s *sequence) place(i int) int {
	if s.all {
		return i - s.q0
	}
	return int(s.rows[i]) - s.q0
}

// queryBlock is how many queries' probabilities stay in cache at a time.
const queryBlock = 48

// context writes the head's context of the sequence's rows.
func (s *sequence) context(h int) {
	first, last := s.span()
	if first == last {
		return
	}
	if !s.stores() {
		s.fused(h, first, last)
		return
	}
	mixed := s.d.threadRoom(s.thread, (last-first)*s.nk)
	s.used(mixed, s.stored(h), first, last)
	s.weigh(s.y, h, mixed, first, last)
}

// used writes to y the rows of probabilities p that make the context rows from first
// to last, after dropout.
func (s *sequence) used(y, p []float32, first, last int) {
	up := 1 / (1 - s.a.Drop.Rate)
	for i := first; i < last; i++ {
		to, from := y[(i-first)*s.nk:(i-first+1)*s.nk], p[s.place(i)*s.nk:][:s.nk]
		if s.stores() {
			dropped(to, from, up)
		} else {
			copy(to, from)
		}
	}
}

// weigh multiplies probabilities with the head's values, into rows first to last of y.
func (s *sequence) weigh(y []float32, h int, p []float32, first, last int) {
	s.d.set.Gemm(y[first*s.width+h*s.head:], s.width, p, s.nk, 1, s.value(s.kv, h), 2*s.width, last-first, s.head, s.nk, false)
}

// fused makes the probabilities of a block of queries and uses them at once.
func (s *sequence) fused(h, first, last int) {
	room := s.d.threadRoom(s.thread, (s.head+min(queryBlock, last-first))*s.nk)
	turned, p := room[:s.head*s.nk], room[s.head*s.nk:]
	s.turn(turned, s.kv, h)
	for i := first; i < last; {
		j := i + 1 // queries from i to j follow one another
		for j < last && j-i < queryBlock && s.place(j) == s.place(j-1)+1 {
			j++
		}
		s.probabilities(p, turned, h, s.place(i), s.place(i)+j-i)
		s.weigh(s.y, h, p, i, j)
		i = j
	}
}
