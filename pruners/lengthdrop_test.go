package pruners

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// TestLengths compares the smallest lengths with those of testdata/lengthdrop.py.
func TestLengths(t *testing.T) {
	text, err := os.ReadFile("testdata/lengthdrop.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Layers, N int
		Drop      string
		Lengths   []int
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) != 200 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		p, err := Parse("lengthdrop:drop=" + c.Drop)
		if err != nil {
			t.Fatal(err)
		}
		for l, want := range c.Lengths {
			if got := p.(Counted).Kept(l, c.Layers, c.N); got != want {
				t.Errorf("%s: layer %d of %d keeps %d of %d tokens, want %d", p.Spec(), l, c.Layers, got, c.N, want)
			}
		}
	}
}

// TestSample: a drawn rule keeps from layer to layer between the smallest length and all, each
// number equally often; a key draws the same again, another key or layer another number.
func TestSample(t *testing.T) {
	const layers, n, draws = 6, 30, 4000
	p, _ := Parse("lengthdrop:drop=0.2,score=others")
	counts, differ := map[int]int{}, 0
	for step := range uint64(draws) {
		q, ok := Sample(p, Key{Seed: 5, Step: step})
		again, _ := Sample(p, Key{Seed: 5, Step: step})
		other, _ := Sample(p, Key{Seed: 6, Step: step})
		if !ok {
			t.Fatal("nothing is drawn")
		}
		kept := func(p Pruner, l, n int) int { c, _ := As[Counted](p); return c.Kept(l, layers, n) }
		for l, alive := 0, n; l < layers; l++ {
			k := kept(q, l, n)
			if low := least(alive, 0.2); k < low || k > alive {
				t.Fatalf("step %d: layer %d keeps %d of %d", step, l, k, alive)
			}
			if k != kept(again, l, n) {
				t.Fatalf("step %d: layer %d is drawn anew", step, l)
			}
			if k != kept(other, l, n) {
				differ++
			}
			alive = k
		}
		counts[kept(q, 0, n)]++
	}
	if differ < draws*layers/2 {
		t.Errorf("another seed draws the same lengths in %d of %d layers", draws*layers-differ, draws*layers)
	}
	expected := float64(draws) / 7 // 24 to 30
	for k := 24; k <= 30; k++ {
		if d := math.Abs(float64(counts[k]) - expected); d > 4*math.Sqrt(expected) {
			t.Errorf("layer 0 keeps %d tokens in %d of %d draws, expected are %.0f", k, counts[k], draws, expected)
		}
	}
	// What is drawn decides as any rule does.
	q, _ := Sample(p, Key{1, 2})
	r := rand.New(rand.NewPCG(1, 2))
	for layer := range layers {
		common(t, q, view(r, layer, layers, 1, 2, 17, 40))
	}
}
