package model_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
)

// program is the published program's forward pass under an absolute threshold, in
// float64 and line by line: every row passes every layer, dropped tokens lie under
// a mask of -10000 as keys, and their own probabilities are cleared by the pruner,
// which in a layer with a threshold of 0 returns before that.
type program struct{ c *model.Checkpoint }

// forward returns the logits for one text and the tokens alive after each layer.
func (p program) forward(ids []int32, theta []float32) (logits []float64, alive [][]int32) {
	c, n := &p.c.Config, len(ids)
	x := make([][]float64, n)
	word, position, segment := p.tensor("embed.word"), p.tensor("embed.position"), p.tensor("embed.segment")
	for i, id := range ids {
		for j := range c.Width {
			x[i] = append(x[i], word[int(id)*c.Width+j]+position[(i+c.FirstPosition())*c.Width+j]+segment[j])
		}
	}
	p.norm(x, "embed.norm")
	mask := make([]float64, n) // of keys
	for l := range c.Layers {
		name := fmt.Sprintf("layer.%d.", l)
		q, k, v := p.linear(x, name+"query"), p.linear(x, name+"key"), p.linear(x, name+"value")
		probs := p.probabilities(q, k, mask)
		next := append([]float64(nil), mask...)
		if theta[l] != 0 {
			received := make([]float64, n)
			for h := range probs {
				for i := range n {
					for j := range n {
						if mask[i] < 0 {
							probs[h][i][j] = 0
						}
						received[j] += probs[h][i][j] / float64(c.Heads*128)
					}
				}
			}
			for j := range n {
				next[j] = 0
				if received[j] < math.Max(1e-5, float64(theta[l])) {
					next[j] = -10000
				}
			}
		}
		context := make([][]float64, n)
		for i := range n {
			context[i] = make([]float64, c.Width)
			for j := range context[i] {
				for key, weight := range probs[j/(c.Width/c.Heads)][i] {
					context[i][j] += weight * v[key][j]
				}
			}
		}
		x = p.residual(p.linear(context, name+"out"), x, name+"norm1")
		up := p.linear(x, name+"up")
		for i := range up {
			for j, u := range up[i] {
				up[i][j] = u / 2 * (1 + math.Erf(u/math.Sqrt2))
			}
		}
		x = p.residual(p.linear(up, name+"down"), x, name+"norm2")
		mask = next
		var living []int32
		for j := range n {
			if mask[j] == 0 {
				living = append(living, int32(j))
			}
		}
		alive = append(alive, living)
	}
	dense := p.linear(x[:1], "head.dense")
	for j, d := range dense[0] {
		dense[0][j] = math.Tanh(d)
	}
	return p.linear(dense, "head.out")[0], alive
}

func (p program) probabilities(q, k [][]float64, mask []float64) [][][]float64 {
	heads, n := p.c.Config.Heads, len(q)
	wide := len(q[0]) / heads
	probs := make([][][]float64, heads)
	for h := range probs {
		for i := range n {
			row, sum, top := make([]float64, n), 0.0, math.Inf(-1)
			for j := range n {
				for e := h * wide; e < (h+1)*wide; e++ {
					row[j] += q[i][e] * k[j][e]
				}
				row[j] = row[j]/math.Sqrt(float64(wide)) + mask[j]
				top = max(top, row[j])
			}
			for j := range row {
				row[j] = math.Exp(row[j] - top)
				sum += row[j]
			}
			for j := range row {
				row[j] /= sum
			}
			probs[h] = append(probs[h], row)
		}
	}
	return probs
}

func (p program) tensor(name string) []float64 {
	var wide []float64
	for _, x := range p.c.Tensors[name].Data {
		wide = append(wide, float64(x))
	}
	return wide
}

func (p program) linear(x [][]float64, name string) [][]float64 {
	w, bias := p.tensor(name+".weight"), p.tensor(name+".bias")
	y := make([][]float64, len(x))
	for i, row := range x {
		for o, sum := range bias {
			for j, v := range row {
				sum += v * w[o*len(row)+j]
			}
			y[i] = append(y[i], sum)
		}
	}
	return y
}

func (p program) residual(y, x [][]float64, norm string) [][]float64 {
	for i := range y {
		for j := range y[i] {
			y[i][j] += x[i][j]
		}
	}
	p.norm(y, norm)
	return y
}

func (p program) norm(x [][]float64, name string) {
	gain, bias := p.tensor(name+".weight"), p.tensor(name+".bias")
	for _, row := range x {
		mean, square := 0.0, 0.0
		for _, v := range row {
			mean += v / float64(len(row))
		}
		for _, v := range row {
			square += (v - mean) * (v - mean) / float64(len(row))
		}
		for j, v := range row {
			row[j] = (v-mean)/math.Sqrt(square+1e-5)*gain[j] + bias[j]
		}
	}
}

// TestThresholdZeroAfterRowZero: in a layer with a threshold of 0 a dropped row 0
// attends again, as in the published program, whose answers the float64 program
// above gives where the files have them.
func TestThresholdZeroAfterRowZero(t *testing.T) {
	shown := 0
	oracle.EachPublished(t, "testdata", "", func(t *testing.T, n oracle.Published) {
		c := load(t, n.Dir)
		p := program{c}
		const spec, count = "threshold:final=0.01", 6
		for b := range count {
			logits, alive := p.forward(n.IDs[b], thetas(c.Config.Layers, -1))
			if want := n.Rules[spec]; fmt.Sprint(alive) != fmt.Sprint(want.Alive[b]) {
				t.Fatalf("text %d: the float64 program leaves %v, the published one %v", b, alive, want.Alive[b])
			}
			narrow := make([]float32, len(logits))
			for j, v := range logits {
				narrow[j] = float32(v)
			}
			samePublished(t, narrow, n.Rules[spec].Logits[b:b+1])
		}
		devices(t, func(t *testing.T, d hw.Device) {
			e := encoder(t, d, c)
			for zero := 2; zero < c.Config.Layers; zero++ {
				theta := thetas(c.Config.Layers, zero)
				batch := n.Pack(texts(&n)[:count]...)
				m, err := model.NewMasked(e, parse(t, "threshold:theta="+colons(theta)), room(batch))
				if err != nil {
					t.Fatal(err)
				}
				got, _, err := m.Forward(batch)
				if err != nil {
					t.Fatal(err)
				}
				for b := range count {
					want, alive := p.forward(n.IDs[b], theta)
					before := alive[zero-1]
					if len(before) == 0 {
						continue // it then attends to padding too, which is not emulated
					}
					if before[0] != 0 {
						shown++
					}
					for j, w := range want {
						if g := float64(got[b*len(want)+j]); !(math.Abs(g-w) <= logitTolerance) {
							t.Errorf("theta 0 in layer %d, text %d: logit %d is %v, want %v", zero, b, j, g, w)
						}
					}
				}
			}
		})
	})
	if shown == 0 {
		t.Error("row 0 was never dropped before a layer with a threshold of 0")
	}
}

// thetas are the published thresholds with one of them 0.
func thetas(layers, zero int) []float32 {
	theta := make([]float32, layers)
	for l := range theta {
		if l != zero {
			theta[l] = float32(0.01 * float64(l) / float64(layers))
		}
	}
	return theta
}

func colons(theta []float32) string {
	var words []string
	for _, x := range theta {
		words = append(words, fmt.Sprintf("%.12f", x))
	}
	return strings.Join(words, ":")
}
