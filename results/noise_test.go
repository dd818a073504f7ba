package results

import "testing"

// A mean over seeds is noisy if the rounds of one of them are, however far apart they lie.
func TestNoisySeeds(t *testing.T) {
	far := seeded("topk", "0.5", "topk", "1", Value{Speedup, 3}, Value{"speedup-low", 2.95}, Value{"speedup-high", 3.05})
	quiet := seeded("topk", "0.5", "topk", "2", Value{Speedup, 1.5}, Value{"speedup-low", 1.45}, Value{"speedup-high", 1.55})
	loud := seeded("topk", "0.5", "topk", "2", Value{Speedup, 1.5}, Value{"speedup-low", 1}, Value{"speedup-high", 2})
	wide := func(string, []Point) (float64, float64, bool) { return 0, 9, true }
	for _, tc := range []struct {
		seeds []Point
		want  bool
	}{{[]Point{far, quiet}, false}, {[]Point{far, loud}, true}} {
		merged := MergeSeeds(tc.seeds, wide)[0]
		if merged.Noisy() != tc.want {
			t.Errorf("noisy is %v, want %v", merged.Noisy(), tc.want)
		}
		if n := len(SeedsOf(&merged, tc.seeds)); n != 2 {
			t.Errorf("the row is of %d seeds, want 2", n)
		}
	}
}
