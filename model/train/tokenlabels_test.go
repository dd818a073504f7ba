package train_test

import (
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestTokenLabels: value and figure agree with those computed in float64 from the rows
// that student and teacher have made.
func TestTokenLabels(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		other := c.Clone()
		for i := range other.Tensors["layer.0.norm2.bias"].Data {
			other.Tensors["layer.0.norm2.bias"].Data[i] += 0.3 * float32(math.Sin(float64(i)))
		}
		teacher, err := model.New(d, other)
		if err != nil {
			t.Fatal(err)
		}
		defer teacher.Close()
		rule, err := pruners.Parse("topk:rate=0.2,start=1")
		if err != nil {
			t.Fatal(err)
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		run := model.NewRun(teacher, model.Free{}, size, model.Options{SaveActivations: true, FullLastLayer: true})
		defer run.Close()
		run.Load(b.Batch)
		teacher.Forward(run)
		last := rows(d, run.Activations(c.Config.Layers-1).Y)
		for _, text := range []string{"token-labels", "token-labels:where=death", "token-labels:target=hidden", "token-labels:target=hidden,where=death"} {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, train.Options{Teacher: teacher, Passes: []train.Pass{{Pruner: rule, Terms: []train.Term{term}}}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			x := tokenLabels{hidden: strings.Contains(text, "hidden"), c: other, labels: c.Config.Labels}
			state, err := trainer.State()
			if err != nil {
				t.Fatal(err)
			}
			x.weight, x.bias = wide(state.Tensors["value/objective.token-labels.auxiliary.weight"].Data), wide(state.Tensors["value/objective.token-labels.auxiliary.bias"].Data)
			place := func(seq int, position int32) int { return int(b.Seqs[seq] + position) }
			died := make([]int, len(last)) // by place: the layer in which the token was dropped; Layers: none
			for l := range c.Config.Layers {
				seqs, positions := trainer.Run().Kept(l)
				for s := range seqs.Count() {
					for _, at := range positions[seqs[s]:seqs[s+1]] {
						died[place(s, at)] = l + 1
					}
				}
			}
			for l := c.Config.Layers; l >= 0; l-- { // rows that entered layer l
				if l < c.Config.Layers && !strings.Contains(text, "death") {
					break
				}
				seqs, positions, made := b.Seqs, b.Positions, rows(d, trainer.Run().Activations(0).X)
				if l > 0 {
					seqs, positions = trainer.Run().Kept(l - 1)
					made = rows(d, trainer.Run().Activations(l-1).Y)
				}
				for s := range seqs.Count() {
					for r := seqs[s]; r < seqs[s+1]; r++ {
						if at := place(s, positions[r]); died[at] == l {
							x.add(made[r], last[at], b.Targets[s*c.Config.Labels:(s+1)*c.Config.Labels])
						}
					}
				}
			}
			if want := len(last); strings.Contains(text, "death") && x.n != want {
				t.Errorf("%s: %d of %d tokens have a target", text, x.n, want)
			}
			if got, want := r.Loss, x.loss/float64(x.n); !(math.Abs(got-want) <= 1e-5*(1+want)) {
				t.Errorf("%s: the loss is %v, want %v", text, got, want)
			}
			figures := trainer.Figures()
			if c.Config.IsRegression() {
				if len(figures) > 0 {
					t.Errorf("%s: a regression has no labels, and reports %v", text, figures)
				}
				continue
			}
			if want := x.explained(); len(figures) != 1 || !(math.Abs(figures[0].Value-want) <= 1e-4) || !(want > 0 && want < 1) {
				t.Errorf("%s: reports %v, want %v", text, figures, want)
			}
		}
	})
}

// rows reads a matrix as float64.
func rows(d hw.Device, m hw.Mat) [][]float64 {
	x := make([]float32, m.Rows*m.Cols)
	d.Read(x, m)
	list := make([][]float64, m.Rows)
	for i, v := range x {
		list[i/m.Cols] = append(list[i/m.Cols], float64(v))
	}
	return list
}

// tokenLabels computes the objective and its figure.
type tokenLabels struct {
	hidden bool
	labels int
	c      *model.Checkpoint

	weight, bias []float64

	n       int
	loss    float64
	targets [][]float64
	of      []int // each target's label
}

func (x *tokenLabels) linear(w, b []float64, row []float64) []float64 {
	out := make([]float64, len(b))
	for o := range out {
		out[o] = b[o]
		for i, v := range row {
			out[o] += w[o*len(row)+i] * v
		}
	}
	return out
}

func wide(x []float32) (y []float64) {
	for _, v := range x {
		y = append(y, float64(v))
	}
	return y
}

func softmax(x []float64) []float64 {
	sum, y := 0.0, make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Exp(v)
		sum += y[i]
	}
	for i := range y {
		y[i] /= sum
	}
	return y
}

func (x *tokenLabels) add(row, target []float64, label []float32) {
	if !x.hidden {
		dense := x.linear(wide(x.c.Tensors["head.dense.weight"].Data), wide(x.c.Tensors["head.dense.bias"].Data), target)
		for i, v := range dense {
			if dense[i] = math.Tanh(v); x.c.Config.HeadAct() == hw.ReLU {
				dense[i] = max(0, v)
			}
		}
		target = x.linear(wide(x.c.Tensors["head.out.weight"].Data), wide(x.c.Tensors["head.out.bias"].Data), dense)
	}
	distance := x.hidden || x.c.Config.IsRegression()
	if !distance {
		target = softmax(target)
	}
	y := x.linear(x.weight, x.bias, row)
	x.n++
	if distance {
		for i, v := range y {
			x.loss += (v - target[i]) * (v - target[i]) / float64(len(y))
		}
	} else {
		for i, p := range softmax(y) {
			x.loss -= target[i] * math.Log(p)
		}
	}
	at := 0
	for i, v := range label {
		if v == 1 {
			at = i
		}
	}
	x.targets, x.of = append(x.targets, target), append(x.of, at)
}

// explained compares the best losses: of one answer for all, one for each label, and one
// for each token.
func (x *tokenLabels) explained() float64 {
	constant, known := 0.0, 0.0
	constant += x.best(func(int) bool { return true })
	for label := range x.labels {
		known += x.best(func(of int) bool { return of == label })
	}
	return (constant - known) / constant
}

// best is the sum over the targets of some labels of how much worse than perfect the best
// common answer, their mean, is.
func (x *tokenLabels) best(which func(label int) bool) (sum float64) {
	mean, n := make([]float64, len(x.targets[0])), 0.0
	for i, y := range x.targets {
		if which(x.of[i]) {
			n++
			for j, v := range y {
				mean[j] += v
			}
		}
	}
	for i, y := range x.targets {
		for j, v := range y {
			switch {
			case !which(x.of[i]):
			case x.hidden:
				sum += (v - mean[j]/n) * (v - mean[j]/n)
			default:
				sum += v * math.Log(v/(mean[j]/n))
			}
		}
	}
	return sum
}
