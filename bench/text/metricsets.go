package text

import (
	"math/bits"

	"ltpbench/results"
)

// MicroF1 and MacroF1 are F1 where several labels may hold at once: over all decisions, and as the mean of the labels' own.
// As scikit-learn has it, a label that is neither predicted nor true has F1 0.
var (
	MicroF1 = add(Metric{"micro F1", results.MicroF1, func(predicted, truth []float64, _ *Task) float64 {
		var right, all int
		for i := range truth {
			p, t := uint64(predicted[i]), uint64(truth[i])
			right += bits.OnesCount64(p & t)
			all += bits.OnesCount64(p) + bits.OnesCount64(t)
		}
		return f1(right, all)
	}})
	MacroF1 = add(Metric{"macro F1", results.MacroF1, func(predicted, truth []float64, t *Task) float64 {
		var right, all [MostAtOnce]int
		for i := range truth {
			p, t := Set(predicted[i]), Set(truth[i])
			for l := range (p & t).Labels() {
				right[l]++
			}
			for l := range p.Labels() {
				all[l]++
			}
			for l := range t.Labels() {
				all[l]++
			}
		}
		sum := 0.0
		for l := range t.Labels {
			sum += f1(right[l], all[l])
		}
		return sum / float64(max(1, len(t.Labels)))
	}})
)

// f1 is 2 TP / (2 TP + FP + FN), and 0 for nothing at all.
func f1(right, all int) float64 {
	if all == 0 {
		return 0
	}
	return 2 * float64(right) / float64(all)
}
