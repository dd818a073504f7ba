package eval

import (
	"fmt"
	"math"
	"strings"

	"ltpbench/bench/text"
)

// leastHinted is how many examples a hint needs.
const leastHinted = 30

// Hint says in a sentence where predicted classes look as if the model's labels and the text's were not the same: another
// order of them fits far better, or they agree far less often than by chance. "" if neither.
func Hint(t *text.Task, predicted, truth []float64) string {
	n, k := len(truth), len(t.Labels)
	if n < leastHinted || k < 2 || k > 100 || t.Several {
		return ""
	}
	table := make([][]int, k) // by predicted and true class
	right := 0
	for i := range table {
		table[i] = make([]int, k)
	}
	for i := range truth {
		table[int(predicted[i])][int(truth[i])]++
		if predicted[i] == truth[i] {
			right++
		}
	}
	accuracy, order, fitted := float64(right)/float64(n), make([]string, k), 0
	taken, moved := map[int]bool{}, false
	for p, row := range table {
		best := p
		for c, count := range row {
			if count > row[best] {
				best = c
			}
		}
		if taken[best] {
			fitted = -1
			break
		}
		taken[best], moved = true, moved || best != p
		order[p], fitted = t.Labels[best], fitted+row[best]
	}
	if better := float64(fitted) / float64(n); moved && better > accuracy+max(0.2, 3/math.Sqrt(float64(n))) {
		list := strings.Join(order, ", ")
		if k > 12 {
			list = strings.Join(order[:12], ", ") + fmt.Sprintf(" and %d more", k-12)
		}
		return fmt.Sprintf("accuracy is %.3f, and would be %.3f if the model's outputs were %s in this order: compare id2label in its config.json with the text's labels", accuracy, better, list)
	}
	chance := 0.0
	for c := range table {
		said, was := 0, 0
		for i := range table {
			said, was = said+table[c][i], was+table[i][c]
		}
		chance += float64(said) / float64(n) * float64(was) / float64(n)
	}
	if accuracy < chance-4*math.Sqrt(chance*(1-chance)/float64(n)) {
		return fmt.Sprintf("accuracy is %.3f, far below the %.3f that chance would give: the model's labels are probably not the text's; compare id2label in its config.json with them", accuracy, chance)
	}
	return ""
}
