package text

import (
	"slices"
	"strconv"
	"testing"
)

func numbers(n int) []Example {
	all := make([]Example, n)
	for i := range all {
		all[i] = Example{Text: strconv.Itoa(i), Label: i}
	}
	return all
}

func labels(all []Example) []int {
	var got []int
	for _, e := range all {
		got = append(got, e.Label)
	}
	return got
}

func TestDistinctAndWithout(t *testing.T) {
	all := []Example{
		{Text: "a b", Label: 0}, {Text: " a\u00a0 b ", Label: 1}, {Text: "ab", Label: 2},
		{Text: "a b", HasPair: true, Label: 3}, {Text: "a", Pair: "b", HasPair: true, Label: 4}, {Text: "ab ", Label: 5},
	}
	kept, n := Distinct(all)
	if got := labels(kept); n != 2 || !slices.Equal(got, []int{0, 2, 3, 4}) {
		t.Errorf("distinct: %d dropped, %v left", n, got)
	}
	kept, n = Without(all, []Example{{Text: "ab"}, {Text: "other"}})
	if got := labels(kept); n != 2 || !slices.Equal(got, []int{0, 1, 3, 4}) {
		t.Errorf("without: %d dropped, %v left", n, got)
	}
}

func TestClean(t *testing.T) {
	all := []Example{{Text: "a", Label: 0}, {Text: "b", Label: 1}, {Text: "c", Label: 2}, {Text: "a ", Label: 3}, {Text: " b", Label: 4}, {Text: "d", Label: 5}, {Text: "c", Label: 6}}
	kept, n := Clean(all, []Example{{Text: "b"}}, []Example{{Text: "d"}, {Text: "x"}, {Text: "x"}})
	if got := labels(kept); !slices.Equal(got, []int{0, 2}) || n != (Dropped{Repeated: 2, Shared: 3}) {
		t.Errorf("%v left, %+v", got, n)
	}
	if kept, n := Clean(all); len(kept) != 4 || n != (Dropped{Repeated: 3}) || len(all) != 7 {
		t.Errorf("without a test set: %v, %+v", kept, n)
	}
}

// Samples are as large as asked for, ordered, even, and for ever the same for a seed.
func TestSample(t *testing.T) {
	all := numbers(20)
	if got := labels(Sample(all, 5, 1)); !slices.Equal(got, []int{2, 6, 9, 13, 15}) {
		t.Errorf("seed 1 gives %v", got)
	}
	if got := labels(Sample(all, 30, 1)); len(got) != 20 || !slices.IsSorted(got) {
		t.Errorf("more than there are: %v", got)
	}
	count := make([]int, 20)
	for seed := range uint64(4000) {
		for _, l := range labels(Sample(all, 5, seed)) {
			count[l]++
		}
	}
	for l, n := range count { // 1000 expected, standard deviation 27
		if n < 860 || n > 1140 {
			t.Errorf("%d was picked %d times", l, n)
		}
	}
}

func TestSplit(t *testing.T) {
	all := numbers(11)
	for share, want := range map[float64]int{0: 0, 0.1: 1, 0.5: 6, 1: 11} {
		rest, held := Split(all, share, 7)
		if len(held) != want {
			t.Errorf("share %g: %d held out", share, len(held))
		}
		both := append(labels(rest), labels(held)...)
		slices.Sort(both)
		if !slices.Equal(both, labels(all)) || !slices.IsSorted(labels(held)) || !slices.IsSorted(labels(rest)) {
			t.Errorf("share %g: %v and %v", share, labels(rest), labels(held))
		}
	}
	_, a := Split(all, 0.5, 7)
	_, b := Split(all, 0.5, 8)
	if slices.Equal(labels(a), labels(b)) {
		t.Error("two seeds, one split")
	}
}
