package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// teacher runs a fixed model over each batch, for objectives that read its rows.
type teacher struct {
	e      *model.Encoder
	run    *model.Run
	list   hw.Ints
	target hw.Mat
	places []int32
	batch  ragged.Seqs
}

func newTeacher(m hw.Memory, e *model.Encoder, s model.Size) *teacher {
	return &teacher{
		e: e, list: m.Ints(s.Rows), target: m.Floats(s.Rows, e.Config.Width),
		run: model.NewRun(e, model.Free{}, s, model.Options{SaveActivations: true, FullLastLayer: true}),
	}
}

// forward runs the teacher over the batch, in its own vocabulary if it has one.
func (t *teacher) forward(b Batch) error {
	if b.TeacherIDs != nil {
		b.IDs = b.TeacherIDs
	}
	t.batch = b.Seqs
	t.run.Load(b.Batch)
	t.e.Forward(t.run)
	return t.run.Sync()
}

// rows gathers the rows at the given positions of what enters layer l.
func (t *teacher) rows(d hw.Device, l int, seqs ragged.Seqs, positions []int32) hw.Mat {
	t.places = append(t.places[:0], positions...)
	for b := range seqs.Count() {
		for r := seqs[b]; r < seqs[b+1]; r++ {
			t.places[r] += t.batch[b]
		}
	}
	list, target := t.list.Top(len(positions)), t.target.Top(len(positions))
	d.WriteInts(list, t.places)
	x := t.run.Activations(0).X
	if l > 0 {
		x = t.run.Activations(l - 1).Y
	}
	d.Gather(target, x, list)
	return target
}
