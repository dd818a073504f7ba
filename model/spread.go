package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// spread makes means over sequences for a network: of each sequence's rows but row 0,
// weighed by a policy.
type spread struct {
	d           hw.Device
	count       int     // sequences
	offsets     hw.Ints // theirs
	share, ones hw.Mat  // per row: its share in the mean; 1
	rows, owner hw.Ints // per row: its own number, its sequence's
	host        struct {
		seqs   ragged.Seqs
		share  []float32
		policy []float32 // as given; nil: all 1
		owner  []int32
	}
}

func newSpread(d hw.Device, m hw.Memory, size Size) *spread {
	s := &spread{d: d, share: m.Floats(size.Rows, 1), ones: m.Floats(size.Rows, 1), rows: m.Ints(size.Rows), owner: m.Ints(size.Rows)}
	counting, ones := make([]int32, size.Rows), make([]float32, size.Rows)
	for r := range counting {
		counting[r], ones[r] = int32(r), 1
	}
	d.WriteInts(s.rows, counting)
	d.Write(s.ones, ones)
	s.host.seqs, s.host.share, s.host.owner = make(ragged.Seqs, size.Seqs+1), make([]float32, size.Rows), make([]int32, size.Rows)
	return s
}

// set takes the sequences and the policy of what follows. It waits for the device, which
// may alone know where sequences end.
func (s *spread) set(seqs hw.Seqs, policy []float32) {
	h := &s.host
	s.count, s.offsets, h.policy = seqs.Count, seqs.Offsets, policy
	offsets := h.seqs[:seqs.Count+1]
	s.d.ReadInts(offsets, seqs.Offsets)
	share, owner := h.share[:seqs.Rows], h.owner[:seqs.Rows]
	clear(share)
	clear(owner)
	for b := range offsets.Count() {
		for r := offsets[b]; r < offsets[b+1]; r++ {
			owner[r] = int32(b)
		}
		if total := s.total(offsets, b); total > 0 {
			for r := offsets[b] + 1; r < offsets[b+1]; r++ {
				share[r] = s.policy(r) / total
			}
		}
	}
	s.d.Write(s.share.Top(seqs.Rows), share)
	s.d.WriteInts(s.owner.Top(seqs.Rows), owner)
}

func (s *spread) policy(row int32) float32 {
	if s.host.policy == nil {
		return 1
	}
	return s.host.policy[row]
}

// total is what a sequence's rows but row 0 weigh together.
func (s *spread) total(seqs ragged.Seqs, b int) (sum float32) {
	for r := seqs[b] + 1; r < seqs[b+1]; r++ {
		sum += s.policy(r)
	}
	return sum
}

// combination is the mean of x's rows weighed by weights, a row for each sequence.
func (s *spread) combination(weights hw.Mat, n int) hw.Combination {
	return hw.Combination{Offsets: s.offsets, Rows: s.rows.Top(n), Weights: weights.Top(n)}
}

// mean sets each row of y to the mean of x over its sequence; means is room for those.
func (s *spread) mean(y, means, x hw.Mat) {
	means = means.Top(s.count)
	s.d.Combine(means, x, s.combination(s.share, x.Rows))
	s.d.Gather(y, means, s.owner.Top(x.Rows))
}

// MeanGrad goes back through operation i, a SequenceMean: dx is set to the gradient of
// what it read, and what goes back into the policy is added to dpolicy, nil if that is not
// wanted. room is for one number per row.
func (n *Network) MeanGrad(dx, dy hw.Mat, i int, room hw.Mat, dpolicy []float32) {
	s, d, rows := n.spread, n.d.(hw.Backward), dy.Rows
	from, _ := n.Net.Input(i)
	means, room := n.means[i].Top(s.count), room.Top(rows)
	d.Combine(means, dy, s.combination(s.ones, rows))
	d.Zero(dx)
	d.Zero(room)
	d.CombineGrad(dx, room, means, n.Output(from), s.combination(s.share, rows))
	if dpolicy == nil {
		return
	}
	dshare, seqs := make([]float32, rows), s.host.seqs[:s.count+1]
	d.Read(dshare, room)
	for b := range seqs.Count() {
		total := s.total(seqs, b)
		if total <= 0 {
			continue
		}
		mean := float32(0) // of dshare, weighed by shares
		for r := seqs[b] + 1; r < seqs[b+1]; r++ {
			mean += s.host.share[r] * dshare[r]
		}
		for r := seqs[b] + 1; r < seqs[b+1]; r++ {
			dpolicy[r] += (dshare[r] - mean) / total
		}
	}
}
