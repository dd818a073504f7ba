package train

import (
	"cmp"
	"errors"
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:   "token-scl",
		Doc:    "supervised contrastive loss over the last layer's rows: those of sentences of one label attract each other (Khosla et al., arXiv 2004.11362, equation 2; over tokens: Huang et al. 2021, for punctuation). Weights as published are 0.1 to 0.3, with 1 less that of the task",
		Params: []registry.Param{{Key: "temperature", Doc: "what similarities are divided by; default 0.07"}},
		New: func(a registry.Args) (Objective, error) {
			temperature, err := a.Float("temperature", 0.07, 1e-3, 100)
			return tokenSCL{temperature}, err
		},
		Examples: []string{"token-scl:weight=0.1", "token-scl:temperature=0.5"},
	})
}

// tokenSCL is, with z the rows divided by their lengths, P(i) the rows of other sequences
// of i's label and M the number of rows that have any,
//
//	1/M Σ_i -1/|P(i)| Σ_{p in P(i)} (z_i·z_p/τ - log Σ_a exp(z_i·z_a/τ)),
//
// a running over the rows of other sequences: those of the same sequence are near copies
// of each other. A row's label is its sentence's gold one. The published program sets its
// temperature on a wrapper, where nothing reads it, divides by lengths along the tokens'
// axis instead of a row's, and takes padding for rows of class 0.
type tokenSCL struct{ temperature float64 }

// drawnRows is how many rows of a sequence take part at most.
const drawnRows = 16

// Needs implements Objective.
func (tokenSCL) Needs(f Fit) (Needs, error) {
	if f.Student.IsRegression() || f.Student.IsMultiLabel() {
		return Needs{}, errors.New("it needs a task with one class for each text")
	}
	return Needs{FullLastLayer: true}, nil
}

// Add implements Objective.
func (o tokenSCL) Add(s *Step, weight float32) (float64, error) {
	d, c := s.Device(), s.Config()
	rows := s.Rows(c.Layers)
	which, of := s.draw(rows)
	label := make([]int, len(which))
	for i, b := range of {
		label[i] = s.label(b)
	}
	n := len(which)
	x, list := s.Scratch(0, n, c.Width), s.List(0, which)
	d.Gather(x, rows.X, list)
	host := make([]float32, n*c.Width)
	d.Read(host, x)
	room := s.contrast(min(s.p.size.Rows, drawnRows*s.p.size.Seqs), c.Width)
	loss, grad := room.add(d, host, label, of, o.temperature)
	for i := range grad {
		grad[i] *= weight
	}
	d.Write(x, grad)
	d.Scatter(rows.DX, x, list)
	return loss, nil
}

// draw lists rows, at most drawnRows of each sequence, and whose they are. Which ones
// follows from seed, step, sentence and position.
func (s *Step) draw(rows Rows) (which []int32, of []int) {
	type row struct {
		at  int32
		key uint64
	}
	seed := ragged.Mix(s.t.o.Seed ^ ragged.Mix(0x73636c^uint64(s.t.done)<<24))
	for b := range rows.Seqs.Count() {
		var list []row
		for r := rows.Seqs[b]; r < rows.Seqs[b+1]; r++ {
			list = append(list, row{r, ragged.Mix(s.Batch.Examples[b] ^ ragged.Mix(seed^uint64(rows.Positions[r])))})
		}
		slices.SortFunc(list, func(a, b row) int { return cmp.Compare(a.key, b.key) })
		list = list[:min(len(list), drawnRows)]
		slices.SortFunc(list, func(a, b row) int { return cmp.Compare(a.at, b.at) })
		for _, r := range list {
			which, of = append(which, r.at), append(of, b)
		}
	}
	return which, of
}
