package train

import (
	"math"

	"ltpbench/hw"
	"ltpbench/internal/registry"
)

func init() {
	curricula.Register(registry.Entry[Curriculum]{
		Name: "weight",
		Doc: "curriculum: in objectives of single tokens, such as token-labels, the token at position i counts γ^i, γ = min(1, gamma0 + (1-gamma0) t/I) in step t; weights are divided by their mean over a step " +
			"(the soft curriculum of Token-wise Curriculum Learning, Liang et al., arXiv 2103.11088)",
		Params: []registry.Param{{Key: "gamma0", Doc: "γ at the beginning, above 0 and up to 1; default 0.7"}},
		New: func(a registry.Args) (Curriculum, error) {
			gamma, err := a.Float("gamma0", 0.7, 1e-9, 1)
			if err != nil {
				return nil, err
			}
			o, err := over(a)
			return weigh{gamma, o}, err
		},
		Examples: []string{"weight", "weight:gamma0=0.9,until=1"},
	})
}

type weigh struct {
	gamma float64
	over  Over
}

// Over implements Curriculum.
func (c weigh) Over() Over { return c.over }

// Weight implements Weigher.
func (c weigh) Weight(p Progress, position int) float64 {
	return math.Pow(c.gamma+(1-c.gamma)*c.over.share(p), float64(position))
}

// TokenLoss is an objective with a loss for each token, which a Weigher weighs.
type TokenLoss interface {
	Objective
	perToken()
}

// tokenWeights is what the tokens at places of the batch count in this step, 1 in the mean; nil: all
// the same.
func (s *Step) tokenWeights(places []int32) []float64 {
	if s.t.weigher == nil {
		return nil
	}
	w, sum := make([]float64, len(places)), 0.0
	for i, at := range places {
		w[i] = s.t.weigher.Weight(Progress{s.t.done, s.t.o.Steps}, int(s.Batch.Positions[at]))
		sum += w[i]
	}
	for i := range w {
		w[i] *= float64(len(w)) / sum
	}
	return w
}

// weighted is the mean over rows of w times the loss of y against target, squared differences or the
// cross entropy of softmax(y), as the device's losses have it; it sets dy to weight times its gradient.
func (s *Step) weighted(dy, y, target hw.Mat, w []float64, squared bool, weight float32) (loss float64) {
	cols := y.Cols
	x, t := make([]float32, y.Rows*cols), make([]float32, y.Rows*cols)
	s.Device().Read(x, y)
	s.Device().Read(t, target)
	for i, each := range w {
		each /= float64(len(w))
		row, aim := x[i*cols:(i+1)*cols], t[i*cols:(i+1)*cols]
		if squared {
			for j := range row {
				d := float64(row[j]) - float64(aim[j])
				loss += each * d * d / float64(cols)
				row[j] = weight * float32(2*each*d/float64(cols))
			}
			continue
		}
		top, sum, mass := math.Inf(-1), 0.0, 0.0
		for _, v := range row {
			top = max(top, float64(v))
		}
		for j, v := range row {
			sum += math.Exp(float64(v) - top)
			mass += float64(aim[j])
		}
		for j, v := range row {
			log := float64(v) - top - math.Log(sum)
			loss -= each * float64(aim[j]) * log
			row[j] = weight * float32(each*(mass*math.Exp(log)-float64(aim[j])))
		}
	}
	s.Device().Write(dy, x)
	return loss
}
