package train

import "math"

// How much of a loss over tokens' targets does the label of the token's sentence explain?
// The best that a constant can do is the spread of the targets' mean; with the label known
// it is the mean over labels of the spread of each label's own mean; and no prediction is
// better than the mean of the targets' own spreads. The spread is the entropy of a
// distribution, or minus the squared length where targets are compared by distance, so that
// losses less this floor are mean Kullback-Leibler divergences, or variances.

// account adds targets, a row per place of the batch, to the stage's sums: for each label
// how many and their sum, and at the end the sum of their spreads.
func (o tokenLabels) account(s *Step, places []int32, targets []float32) {
	f := s.p.fit
	labels, columns := f.Student.Labels, o.columns(f)
	if f.Student.IsRegression() || f.Student.IsMultiLabel() {
		return // a text has no single label
	}
	sums := s.Sums(labels*(1+columns) + 1)
	sentence := make([]int, 0, s.Batch.Seqs.Rows())
	for b := range s.Batch.Seqs.Count() {
		for range s.Batch.Seqs.Len(b) {
			sentence = append(sentence, b)
		}
	}
	y := make([]float64, columns)
	for i, place := range places {
		label := s.label(sentence[place])
		group := sums[label*(1+columns):][:1+columns]
		group[0]++
		for j := range y {
			y[j] = float64(targets[i*columns+j])
			group[1+j] += y[j]
		}
		sums[len(sums)-1] += o.spread(f, y)
	}
}

// label is the gold class of a sequence.
func (s *Step) label(b int) int {
	n := s.Config().Labels
	return best(s.Batch.Targets[b*n : (b+1)*n])
}

// best is the place of the largest number, the first of equal ones.
func best(x []float32) (at int) {
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// spread is the entropy of a distribution, or minus a vector's squared length.
func (o tokenLabels) spread(f Fit, y []float64) (sum float64) {
	for _, v := range y {
		switch {
		case o.distance(f):
			sum -= v * v
		case v > 0:
			sum -= v * math.Log(v)
		}
	}
	return sum
}

// Figures implements Accounting: the share of the loss that can be learnt at all that is
// learnt with the sentence's label alone.
func (o tokenLabels) Figures(f Fit, sums []float64) []Figure {
	columns, tokens, known := o.columns(f), 0.0, 0.0
	all := make([]float64, columns)
	for label := range f.Student.Labels {
		group := sums[label*(1+columns):][:1+columns]
		if group[0] == 0 {
			continue
		}
		own := make([]float64, columns)
		for j, sum := range group[1:] {
			own[j] = sum / group[0]
			all[j] += sum
		}
		tokens += group[0]
		known += group[0] * o.spread(f, own)
	}
	for j := range all {
		all[j] /= tokens
	}
	constant, floor := o.spread(f, all), sums[len(sums)-1]/tokens
	if !(constant > floor) {
		return nil // all targets are equal: nothing is to be learnt
	}
	return []Figure{{"token-labels: share of the loss that the sentence's label explains", (constant - known/tokens) / (constant - floor)}}
}
