package text

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Halves go by words, then bytes, then place, and keep their order.
func TestHalves(t *testing.T) {
	all := []Example{
		{Text: "one two three", Label: 0}, {Text: " one\u00a0 ", Label: 1}, {Text: "one", Pair: "two three four", HasPair: true, Label: 2},
		{Text: "一二三四", Label: 3}, {Text: "one two", Label: 4}, {Text: "one two", Label: 5}, {Text: "two ones", Label: 6},
	}
	shorter, longer := Halves(all)
	if got := labels(shorter); !slices.Equal(got, []int{1, 3, 4, 5}) {
		t.Errorf("the shorter half is %v", got)
	}
	if got := labels(longer); !slices.Equal(got, []int{0, 2, 6}) {
		t.Errorf("the longer half is %v", got)
	}
	least, most := Words(longer)
	if least != 2 || most != 4 {
		t.Errorf("the longer half has from %d to %d words", least, most)
	}
	if shorter, longer := Halves(nil); len(shorter)+len(longer) != 0 {
		t.Errorf("halves of nothing: %v and %v", shorter, longer)
	}
}

// Where no two are as long, the halves are the same texts whatever the order.
func TestHalvesOfAnyOrder(t *testing.T) {
	all := make([]Example, 21)
	for i := range all {
		for range i {
			all[i].Text += "w "
		}
		all[i].Label = i
	}
	rand.New(rand.NewPCG(1, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	shorter, longer := Halves(all)
	for _, l := range labels(shorter) {
		if l > 10 {
			t.Errorf("%d words are in the shorter half", l)
		}
	}
	if len(shorter) != 11 || len(longer) != 10 {
		t.Errorf("%d and %d", len(shorter), len(longer))
	}
}
