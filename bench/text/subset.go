package text

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Distinct drops every example whose texts, white space aside, stand earlier in the list, whatever its
// label, and reports how many that were. The order stays; the result is a new slice.
func Distinct(all []Example) (kept []Example, dropped int) {
	return drop(all, map[string]bool{}, true)
}

// Without drops the examples whose texts, white space aside, occur in test too, and returns how many that
// were. The order stays; the result is a new slice.
func Without(all, test []Example) (kept []Example, dropped int) {
	seen := make(map[string]bool, len(test))
	for _, e := range test {
		seen[e.key()] = true
	}
	return drop(all, seen, false)
}

func drop(all []Example, seen map[string]bool, grow bool) (kept []Example, dropped int) {
	kept = make([]Example, 0, len(all))
	for _, e := range all {
		key := e.key()
		if seen[key] {
			continue
		}
		if grow {
			seen[key] = true
		}
		kept = append(kept, e)
	}
	return kept, len(all) - len(kept)
}

// key is what makes two examples the same.
func (e Example) key() string {
	key := strings.Join(strings.Fields(e.Text), " ")
	if e.HasPair {
		key += "\t" + strings.Join(strings.Fields(e.Pair), " ")
	}
	return key
}

// Dropped counts what Clean took out of training text.
type Dropped struct {
	Repeated int `json:"repeated"` // texts that occur in the training text before
	Shared   int `json:"shared"`   // texts that occur in a test set
}

// String says it in a sentence.
func (d Dropped) String() string {
	return fmt.Sprintf("dropped from the training text: %d that occur in it before, %d that occur in the test text (--keep-duplicates keeps them)", d.Repeated, d.Shared)
}

// Clean makes training text fit for being measured on the given test sets, which stay whole: it drops, in this
// order, the examples whose texts occur in a test set too, and those whose texts came before, whatever their
// labels. The order stays; the result is a new slice.
func Clean(train []Example, tests ...[]Example) (kept []Example, n Dropped) {
	for _, test := range tests {
		var shared int
		train, shared = Without(train, test)
		n.Shared += shared
	}
	kept, n.Repeated = Distinct(train)
	return kept, n
}

// Sample picks n examples at random, the same ones for the same seed, in their old order; all of them if
// n is not smaller than their number. The result is a new slice.
func Sample(all []Example, n int, seed uint64) []Example {
	picked, _ := deal(all, n, seed)
	return picked
}

// Split holds a random share of the examples out, 0 <= share <= 1, rounded to the nearest number, the
// same ones for the same seed: what thresholds are chosen on, say, so that dev and test stay unseen. Both parts keep
// their order; they are new slices.
func Split(all []Example, share float64, seed uint64) (rest, held []Example) {
	if !(share >= 0 && share <= 1) {
		panic("tasks: Split needs a share from 0 to 1")
	}
	held, rest = deal(all, int(share*float64(len(all))+0.5), seed)
	return rest, held
}

// deal picks as Sample does, and returns the others too, in their old order. Both are new slices.
func deal(all []Example, n int, seed uint64) (picked, rest []Example) {
	if n < 0 {
		panic("tasks: a negative number of examples")
	}
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(all))
	n = min(n, len(all))
	slices.Sort(order[:n])
	slices.Sort(order[n:])
	picked, rest = make([]Example, n), make([]Example, len(all)-n)
	for i, at := range order[:n] {
		picked[i] = all[at]
	}
	for i, at := range order[n:] {
		rest[i] = all[at]
	}
	return picked, rest
}
