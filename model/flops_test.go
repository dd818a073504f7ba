package model

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/pruners"

	"ltpbench/internal/oracle"
)

// The check figures of a BERT base, to the digits given.
func TestFullCheckFigures(t *testing.T) {
	c := &Config{Layers: 12, Width: 768, FFN: 3072}
	for n, want := range map[int]float64{40: 6.854, 52: 8.933, 66: 11.372, 128: 22.347, 384: 70.666, 512: 96.637} {
		if got := float64(Full(c, n)) / 1e9; !(math.Abs(got-want) <= 5e-4) {
			t.Errorf("%d tokens: %.4f G, want %.3f", n, got, want)
		}
	}
}

// Known relative figures of the published top-k schedule at 40 tokens.
func TestPaperRelative(t *testing.T) {
	c := &Config{Layers: 12, Width: 768, FFN: 3072}
	f := []int{40, 40, 40, 36, 33, 29, 26, 22, 19, 15, 12, 8}
	a := append([]int{40}, f[:11]...)
	got := Work{Paper: Paper(c, a, f)}.Relative(Work{Paper: Full(c, 40), Padded: Padded(c, 128)})
	if !(math.Abs(got.Paper-0.688) <= 5e-4) {
		t.Errorf("%.4f", got.Paper)
	}
	if want := got.Paper * 6.854 / 22.347; !(math.Abs(got.Padded-want) <= 1e-4) {
		t.Errorf("padded %.5f, want %.5f", got.Padded, want)
	}
	if got.Executed != 0 {
		t.Error("no baseline, yet a ratio")
	}
}

func TestExecuted(t *testing.T) {
	c := &Config{Layers: 2, Width: 2, Heads: 1, FFN: 3}
	n := []int{5, 5}
	if got, want := Executed(c, n, n, n), Full(c, 5); got != want {
		t.Errorf("nothing dropped: %d, want %d", got, want)
	}
	// Layer 0, 5 rows, 3 stay; layer 1 only row 0 asks. Multiplications counted by hand:
	// layer 0: queries 5*4, keys and values 2*5*4, scores 5*5*2, context 3*5*2, output 3*4, network 3*2*2*3
	// layer 1: 1*4, 2*3*4, 1*3*2, 1*3*2, 1*4, 1*2*2*3
	want := int64(2 * (20 + 40 + 50 + 30 + 12 + 36 + 4 + 24 + 6 + 6 + 4 + 12))
	if got := Executed(c, []int{5, 1}, []int{5, 3}, []int{3, 1}); got != want {
		t.Errorf("%d, want %d", got, want)
	}
}

func TestSelection(t *testing.T) {
	c := &Config{Heads: 3}
	for s, want := range map[hw.Score]int64{{Kind: hw.Received}: 75, {Kind: hw.ReceivedFromOthers}: 75, {Kind: hw.FromFirst}: 15, {Kind: hw.Received, Accumulated: true}: 80} {
		if got := Reading(c, s, 5); got != want {
			t.Errorf("reading %+v takes %d, want %d", s, got, want)
		}
	}
	for n, want := range map[int][2]int64{0: {0, 0}, 1: {1, 0}, 5: {5, 15}, 8: {8, 24}, 9: {9, 36}} {
		if got := [2]int64{Choosing(n, pruners.Compares), Choosing(n, pruners.Ranks)}; got != want {
			t.Errorf("choosing among %d takes %v, want %v", n, got, want)
		}
	}
}

func TestWorkAdds(t *testing.T) {
	w := Work{1, 2, 3, 4}
	w.Add(Work{10, 20, 30, 40})
	if w != (Work{11, 22, 33, 44}) {
		t.Error(w)
	}
}

func TestLedgerWantsEveryLayer(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a short list was taken")
		}
	}()
	Paper(&Config{Layers: 2, Width: 1, FFN: 1}, []int{1}, []int{1})
}

// Every flops field of every golden case, from its kept sets.
func TestPaperGolden(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := mustLoad(t, n.Dir).Config
		runs := []oracle.Answer{n.Cases.Relative}
		for _, m := range []map[string]oracle.Answer{n.Cases.TopK, n.Cases.TopKStart1, n.Cases.TopKKeep, n.Cases.Threshold} {
			for _, r := range m {
				runs = append(runs, r)
			}
		}
		if len(runs) < 5 {
			t.Fatalf("only %d runs read", len(runs))
		}
		for b, s := range n.Cases.Batch {
			if got := Full(&c, len(s.IDs)); float64(got) != n.Cases.None.FLOPs[b] {
				t.Errorf("sequence %d whole: %d, want %v", b, got, n.Cases.None.FLOPs[b])
			}
			for _, r := range runs {
				a, f := make([]int, c.Layers), make([]int, c.Layers)
				alive := len(s.IDs)
				for i, kept := range r.Kept[b] {
					a[i], f[i] = alive, len(kept)
					alive = f[i]
				}
				if got := Paper(&c, a, f); float64(got) != r.FLOPs[b] {
					t.Errorf("sequence %d, %v: %d, want %v", b, f, got, r.FLOPs[b])
				}
			}
		}
	})
}
