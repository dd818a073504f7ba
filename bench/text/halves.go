package text

import (
	"cmp"
	"slices"
	"strings"
)

// Halves divides examples by length: the shorter half, which has the middle one of an odd number, and the longer one.
// Length is the number of words, what white space separates, of both texts of a pair; examples of as many words go by
// their bytes, and of as many bytes by their place. Both halves keep their order; they are new slices.
func Halves(all []Example) (shorter, longer []Example) {
	words := make([]int, len(all))
	order := make([]int, len(all))
	for i, e := range all {
		words[i], order[i] = e.words(), i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(words[a], words[b]), cmp.Compare(all[a].bytes(), all[b].bytes()))
	})
	half := (len(all) + 1) / 2
	slices.Sort(order[:half])
	slices.Sort(order[half:])
	for _, at := range order[:half] {
		shorter = append(shorter, all[at])
	}
	for _, at := range order[half:] {
		longer = append(longer, all[at])
	}
	return shorter, longer
}

// Words are the least and the greatest number of words that examples have, as Halves counts them; 0 of none.
func Words(all []Example) (least, most int) {
	for i, e := range all {
		n := e.words()
		if i == 0 || n < least {
			least = n
		}
		most = max(most, n)
	}
	return least, most
}

func (e *Example) words() int { return len(strings.Fields(e.Text)) + len(strings.Fields(e.Pair)) }

func (e *Example) bytes() int { return len(e.Text) + len(e.Pair) }
