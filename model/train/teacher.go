package train

import (
	"ltpbench/hw"
	"ltpbench/model"
)

// teacher runs a fixed model over each batch, for objectives that read its rows.
type teacher struct {
	e      *model.Encoder
	memory hw.Memory
	run    *model.Run
	list   hw.Ints
	target hw.Mat

	dense, logits hw.Mat // of the head over rows; absent until an objective asks
	back          *back  // nil: no objective reads its saliency
}

func newTeacher(m hw.Memory, e *model.Encoder, s model.Size) *teacher {
	return &teacher{
		e: e, memory: m, list: m.Ints(s.Rows), target: m.Floats(s.Rows, e.Config.Width),
		run: model.NewRun(e, model.Free{}, s, model.Options{SaveActivations: true, FullLastLayer: true}),
	}
}

// forward runs the teacher over the batch, in its own vocabulary if it has one.
func (t *teacher) forward(b Batch) error {
	if b.TeacherIDs != nil {
		b.IDs = b.TeacherIDs
	}
	t.run.Load(b.Batch)
	t.e.Forward(t.run)
	return t.run.Sync()
}

// rows gathers the rows at the given places of the batch from what enters layer l.
func (t *teacher) rows(d hw.Device, l int, places []int32) hw.Mat {
	list, target := t.list.Top(len(places)), t.target.Top(len(places))
	d.WriteInts(list, places)
	x := t.run.Activations(0).X
	if l > 0 {
		x = t.run.Activations(l - 1).Y
	}
	d.Gather(target, x, list)
	return target
}

// head runs the head over rows as if each were a sequence's row 0.
func (t *teacher) head(d hw.Device, rows hw.Mat) hw.Mat {
	c := &t.e.Config
	if t.dense.Absent() {
		t.dense, t.logits = t.memory.Floats(t.list.N, c.Width), t.memory.Floats(t.list.N, c.Labels)
	}
	dense, logits := t.dense.Top(rows.Rows), t.logits.Top(rows.Rows)
	d.Linear(dense, rows, t.e.Dense, c.HeadAct(), hw.Mat{})
	d.Linear(logits, dense, t.e.Classifier, hw.Identity, hw.Mat{})
	return logits
}
