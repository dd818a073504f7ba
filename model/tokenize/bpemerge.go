package tokenize

// symbol is a token of a piece in a list that merging shortens.
type symbol struct {
	id         int32
	prev, next int32
	dead       bool
}

// candidate is a possible merge of the symbol at `at` with the one after it.
type candidate struct {
	merge
	at int32
}

func (c candidate) before(d candidate) bool {
	return c.rank < d.rank || c.rank == d.rank && c.at < d.at
}

// heap is candidates, the first one first.
type heap []candidate

func (h *heap) push(c candidate) {
	q := append(*h, c)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !c.before(q[up]) {
			break
		}
		q[i] = q[up]
		i = up
	}
	q[i] = c
	*h = q
}

func (h *heap) pop() candidate {
	q := *h
	top, last := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	for i := 0; len(q) > 0; {
		down := 2*i + 1
		if down+1 < len(q) && q[down+1].before(q[down]) {
			down++
		}
		if down >= len(q) || !q[down].before(last) {
			q[i] = last
			break
		}
		q[i] = q[down]
		i = down
	}
	*h = q
	return top
}

// merge merges s.symbols and appends the ids that remain, in O(n log n).
func (s *scratch) merge(merges map[uint64]merge, to []int32) []int32 {
	list := s.symbols
	n := int32(len(list))
	s.heap = s.heap[:0]
	note := func(i int32) {
		if i < 0 || list[i].next >= n {
			return
		}
		if found, ok := merges[pairOf(list[i].id, list[list[i].next].id)]; ok {
			s.heap.push(candidate{found, i})
		}
	}
	for i := range list {
		list[i].prev, list[i].next = int32(i)-1, int32(i)+1
	}
	for i := range n {
		note(i)
	}
	for len(s.heap) > 0 {
		c := s.heap.pop()
		a := &list[c.at]
		if a.dead || a.next >= n {
			continue
		}
		b := &list[a.next]
		if now, ok := merges[pairOf(a.id, b.id)]; !ok || now.id != c.id {
			continue // it was noted of others
		}
		a.id, a.next, b.dead = c.id, b.next, true
		if a.next < n {
			list[a.next].prev = c.at
		}
		note(a.prev)
		note(c.at)
	}
	for i := int32(0); i < n; i = list[i].next {
		to = append(to, list[i].id)
	}
	return to
}
