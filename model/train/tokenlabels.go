package train

import (
	"errors"

	"ltpbench/hw"
	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "token-labels",
		Doc:  "a soft target for every remaining token from an unpruned teacher, learnt by a linear layer that is thrown away (Token Labeling, LV-ViT, Jiang et al., arXiv 2104.10858, section 3.2, without MixToken; the published code's weight is 1)",
		Params: []registry.Param{
			{Key: "target", Doc: "classes: the teacher's head applied to each of its own last rows (default); hidden: these rows themselves, by mean squared difference"},
			{Key: "where", Doc: "remaining: rows that leave the last layer (default); death: dropped ones too, on the row that entered the layer in which they were dropped"},
		},
		New: func(a registry.Args) (Objective, error) {
			target, err := a.Choice("target", "classes", "hidden")
			if err != nil {
				return nil, err
			}
			where, err := a.Choice("where", "remaining", "death")
			return tokenLabels{hidden: target == "hidden", death: where == "death"}, err
		},
		Examples: []string{"token-labels", "token-labels:where=death", "token-labels:target=hidden,weight=0.5", "token-labels:target=hidden,where=death"},
	})
}

// tokenLabels is the mean over supervised rows of the soft cross entropy between what a
// separate linear layer makes of a row and the teacher's target for that token.
type tokenLabels struct{ hidden, death bool }

// auxiliary is the layer that is thrown away.
const auxiliary = "auxiliary"

// Needs implements Objective.
func (o tokenLabels) Needs(f Fit) (Needs, error) {
	n := Needs{TeacherRows: true, FullLastLayer: true}
	if f.Teacher == nil {
		return n, nil // which is reported in one place for all objectives
	}
	if !o.hidden && f.Teacher.Labels == 0 {
		return n, errors.New("the teacher has no classifier; name a fine-tuned one, or use target=hidden")
	}
	if !o.hidden && f.Teacher.IsMultiLabel() {
		return n, errors.New("a token's target is one class, and the teacher has several labels for a text; use target=hidden")
	}
	n.Layers = []OwnLayer{{Name: auxiliary, In: f.Student.Width, Out: o.columns(f)}}
	return n, nil
}

// columns is how many numbers a target has.
func (o tokenLabels) columns(f Fit) int {
	if o.hidden {
		return f.Teacher.Width
	}
	return f.Teacher.Labels
}

// distance reports whether targets are compared by squared difference, not as classes.
func (o tokenLabels) distance(f Fit) bool { return o.hidden || f.Teacher.IsRegression() }

// Add implements Objective.
func (o tokenLabels) Add(s *Step, weight float32) (float64, error) {
	d, fit := s.Device(), s.p.fit
	groups, n := o.supervised(s)
	x, dx := s.Scratch(0, n, fit.Student.Width), s.Scratch(1, n, fit.Student.Width)
	places, at := make([]int32, 0, n), 0
	for i, g := range groups {
		groups[i].at, groups[i].list = at, s.List(i, g.which)
		at += len(g.which)
		d.Gather(x.Slice(groups[i].at, at), g.rows.X, groups[i].list)
		all := s.places(g.rows.Seqs, g.rows.Positions)
		for _, r := range g.which {
			places = append(places, all[r])
		}
	}
	columns := o.columns(fit)
	y, dy, target := s.Scratch(2, n, columns), s.Scratch(3, n, columns), o.target(s, places)
	layer, dw, db := s.OwnLayer(auxiliary)
	d.Linear(y, x, layer, hw.Identity, hw.Mat{})
	d.Zero(dy)
	loss, value := s.Scalar(), 0.0
	switch w := s.tokenWeights(places); {
	case w != nil:
		value = s.weighted(dy, y, target, w, o.distance(fit), weight)
	case o.distance(fit):
		d.SquaredError(loss, dy, y, target, weight)
	default:
		d.CrossEntropy(loss, dy, y, target, weight)
	}
	d.LinearGrad(dx, dw, db, dy, x, layer)
	for _, g := range groups {
		d.Scatter(g.rows.DX, dx.Slice(g.at, g.at+len(g.which)), g.list)
	}
	return value + unweighted(s.Value(loss), weight), nil
}

func (tokenLabels) perToken() {}

// supervisedRows are the rows of one layer that have a target.
type supervisedRows struct {
	rows  Rows
	which []int32
	at    int // the first one's place among all
	list  hw.Ints
}

// supervised returns the rows with targets, and how many there are.
func (o tokenLabels) supervised(s *Step) (groups []supervisedRows, n int) {
	layers := s.Config().Layers
	last := s.Rows(layers)
	all := make([]int32, len(last.Positions))
	for r := range all {
		all[r] = int32(r)
	}
	groups, n = append(groups, supervisedRows{rows: last, which: all}), len(all)
	for l := 0; o.death && l < layers; l++ {
		entering, leaving := s.Rows(l), s.Rows(l+1)
		if which := s.dropped(entering, leaving); len(which) > 0 {
			groups, n = append(groups, supervisedRows{rows: entering, which: which}), n+len(which)
		}
	}
	return groups, n
}

// dropped lists the rows among those that enter a layer whose positions no row that
// leaves it has.
func (s *Step) dropped(entering, leaving Rows) (list []int32) {
	lives := make([]bool, s.Batch.Seqs.Rows())
	for _, place := range s.places(leaving.Seqs, leaving.Positions) {
		lives[place] = true
	}
	for r, place := range s.places(entering.Seqs, entering.Positions) {
		if !lives[place] {
			list = append(list, int32(r))
		}
	}
	return list
}

// target returns the teacher's targets for the rows at these places of the batch, and
// adds them to the stage's sums.
func (o tokenLabels) target(s *Step, places []int32) hw.Mat {
	d, fit := s.Device(), s.p.fit
	rows := s.TeacherPlaces(fit.Teacher.Layers, places)
	if !o.hidden {
		rows = s.TeacherHead(rows)
	}
	values := make([]float32, rows.Rows*rows.Cols)
	d.Read(values, rows)
	if !o.distance(fit) {
		for i := 0; i < len(values); i += rows.Cols {
			Softmax(values[i : i+rows.Cols])
		}
		d.Write(rows, values)
	}
	o.account(s, places, values)
	return rows
}
