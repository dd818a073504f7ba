package gpucheck

import (
	"fmt"
	"io"
	"math"
	"slices"

	"ltpbench/bench/embedded"
	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// seen is what a device made of a batch.
type seen struct {
	logits    []float32
	labels    int
	kept      [][][]int32   // [layer][sequence]
	received  [][][]float32 // of the rows alive when the layer begins; nil: not asked for
	decisions int           // that differ from the rule's own, on the same scores
}

// Agreement runs the points on the device and on the CPU. Three things have to
// hold: the device's scores are the CPU's, to the compute type's tolerance; what
// it keeps is what the rule, decided on the host, keeps of those scores; logits
// are the CPU's where the same tokens were kept. Near a tie or a threshold the
// two may keep different tokens, and both are right: that is counted and reported.
func (c *Check) Agreement(w io.Writer, d hw.Device) (bool, error) {
	cpu, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		return false, err
	}
	defer cpu.Close()
	batch, good := ragged.Pack(c.Examples...), true
	for i := range c.Points {
		p := &c.Points[i]
		want, err := look(cpu, p, batch)
		if err != nil {
			return false, err
		}
		got, err := look(d, p, batch)
		if err != nil {
			return false, err
		}
		same, score, logit := differ(got, want)
		// errors grow with depth; eight times the tolerance of one operation is what the suite gives a gradient
		within := 8 * hwtest.For(d.Info().Type).Relative
		verdict := "ok"
		if got.decisions > 0 || !(score <= within) || !(logit <= within) || d.Info().Type == hw.F32 && 10*same < 9*len(c.Examples) {
			verdict, good = "WRONG", false
		}
		fmt.Fprintf(w, "%-40.40s %d of %d sequences keep the same tokens; %d decisions differ from the rule's; largest difference of a score %.1e (relative), of a logit %.1e (allowed %.1e): %s\n",
			p.Rule.Spec(), same, len(c.Examples), got.decisions, score, logit, within, verdict)
	}
	return good, nil
}

// look runs a point over the batch.
func look(d hw.Device, p *embedded.Point, batch ragged.Batch) (*seen, error) {
	checkpoint, err := p.Weights()
	if err != nil {
		return nil, err
	}
	e, err := model.New(d, checkpoint)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	runner := eval.NewRunner(e, p.Rule, model.Options{FullLastLayer: true})
	defer runner.Close()
	logits, err := runner.Logits(batch)
	if err != nil {
		return nil, err
	}
	s, r := &seen{logits: slices.Concat(logits...), labels: len(logits[0])}, runner.Last()
	for layer := range e.Config.Layers {
		alive, scores := r.Received(layer)
		next, positions := r.Kept(layer)
		var kept [][]int32
		var received [][]float32
		for b := range batch.Seqs.Count() {
			kept = append(kept, positions[next[b]:next[b+1]])
			if scores != nil {
				received = append(received, scores[alive[b]:alive[b+1]])
			}
		}
		s.kept, s.received = append(s.kept, kept), append(s.received, received)
		if scores != nil {
			s.decisions += decided(r.View(r.Activations(layer)), p.Rule, kept)
		}
	}
	return s, nil
}

// decided counts sequences of which the rule would not keep what was kept. Scores
// that a millionth more or less of would decide otherwise are not compared with it.
func decided(v pruners.View, rule pruners.Pruner, kept [][]int32) (wrong int) {
	scores := v.Scores
	var keeps [2][]bool
	for i, by := range []float32{1 - 1e-6, 1 + 1e-6} {
		v.Scores = make([]float32, len(scores))
		for r, s := range scores {
			v.Scores[r] = s * by
		}
		keeps[i] = make([]bool, len(scores))
		if pruners.Decide(rule, v, keeps[i]) != nil {
			return len(kept)
		}
	}
	for b := range kept {
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			has := slices.Contains(kept[b], v.Positions[r])
			if keeps[0][r] == keeps[1][r] && has != keeps[0][r] {
				wrong++
				break
			}
		}
	}
	return wrong
}

// differ returns how many sequences kept the same tokens everywhere, and over
// what the two had in common the largest difference of a score, relative, and of a logit.
func differ(got, want *seen) (same int, score, logit float64) {
	for b := range want.kept[0] {
		equal := true
		for layer := range want.kept {
			if !equal {
				break
			}
			if want.received[layer] != nil {
				for i, x := range want.received[layer][b] {
					score = worse(score, math.Abs(float64(got.received[layer][b][i]-x))/float64(x))
				}
			}
			equal = slices.Equal(got.kept[layer][b], want.kept[layer][b])
		}
		if !equal {
			continue
		}
		same++
		for j := b * want.labels; j < (b+1)*want.labels; j++ {
			logit = worse(logit, math.Abs(float64(got.logits[j]-want.logits[j])))
		}
	}
	return same, score, logit
}
