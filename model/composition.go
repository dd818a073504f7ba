package model

import "ltpbench/hw"

// part is a token of the batch that a row is made of, with its weight.
type part struct {
	token  int32
	weight float32
}

// Composition returns, after Sync, of which tokens the rows that left the last layer are
// made, where a rule has merged rows: for each row their positions, ascending. A token that
// several rows are made of is in the one that weighs it most. It is nil where nothing was
// merged.
func (r *Run) Composition() [][]int32 {
	merges := false
	rows := make([][]part, r.Batch.Seqs.Rows())
	for i := range rows {
		rows[i] = []part{{int32(i), 1}}
	}
	for l := range r.Depth() {
		a := &r.layers[l]
		merges = merges || !a.Entry.Merge.Absent() || !a.Merge.Absent()
		rows = r.compose(rows, a.Entry.Rows, a.Entry.Merge, a.Seqs.Rows)
		rows = r.compose(rows, a.Rows, a.Merge, a.Next.Rows)
	}
	if !merges {
		return nil
	}
	type owner struct {
		row    int
		weight float32
	}
	owners := make([]owner, r.Batch.Seqs.Rows())
	for i, parts := range rows {
		for _, p := range parts {
			if p.weight > owners[p.token].weight {
				owners[p.token] = owner{i, p.weight}
			}
		}
	}
	list := make([][]int32, len(rows))
	for token, o := range owners {
		if o.weight > 0 {
			list[o.row] = append(list[o.row], r.Batch.Positions[token])
		}
	}
	return list
}

// compose is what n rows are made of that are chosen from, or made of, rows.
func (r *Run) compose(rows [][]part, chosen hw.Ints, merge hw.Combination, n int) [][]part {
	if merge.Absent() && chosen.Absent() {
		return rows
	}
	made := make([][]part, n)
	if merge.Absent() {
		list := make([]int32, n)
		r.d.ReadInts(list, chosen.Top(n))
		for i, row := range list {
			made[i] = rows[row]
		}
		return made
	}
	offsets, sources, weights := make([]int32, n+1), make([]int32, merge.Rows.N), make([]float32, merge.Weights.Rows)
	r.d.ReadInts(offsets, merge.Offsets)
	r.d.ReadInts(sources, merge.Rows)
	r.d.Read(weights, merge.Weights)
	for i := range made {
		at := map[int32]int{} // of each token among the row's parts
		for j := offsets[i]; j < offsets[i+1]; j++ {
			for _, p := range rows[sources[j]] {
				k, ok := at[p.token]
				if !ok {
					k = len(made[i])
					at[p.token], made[i] = k, append(made[i], part{token: p.token})
				}
				made[i][k].weight += p.weight * weights[j]
			}
		}
	}
	return made
}
