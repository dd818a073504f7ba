package eval

import (
	"strings"
	"testing"

	"ltpbench/bench/text"
)

// Hints come where another order fits far better, or agreement is far below chance, and nowhere else.
func TestHint(t *testing.T) {
	three := &text.Task{Labels: []string{"a", "b", "c"}}
	make3 := func(n int, f func(i int) (predicted, truth int)) (predicted, truth []float64) {
		for i := range n {
			p, c := f(i)
			predicted, truth = append(predicted, float64(p)), append(truth, float64(c))
		}
		return predicted, truth
	}
	for _, test := range []struct {
		name string
		n    int
		f    func(i int) (int, int)
		want string
	}{
		{"right", 90, func(i int) (int, int) { return i % 3, i % 3 }, ""},
		{"turned", 90, func(i int) (int, int) { return i % 3, (i + 1) % 3 }, "would be 1.000 if the model's outputs were b, c, a in this order"},
		{"two swapped, with errors", 90, func(i int) (int, int) { return (i + i%10/9) % 3, []int{1, 0, 2}[i%3] }, "b, a, c"},
		{"few", 20, func(i int) (int, int) { return i % 3, (i + 1) % 3 }, ""},
		{"chance", 90, func(i int) (int, int) { return i % 3, i / 3 % 3 }, ""},
		{"one class for all", 90, func(i int) (int, int) { return 0, i % 3 }, ""},
		{"never right", 90, func(i int) (int, int) { return []int{0, 0, 1, 1, 2}[i%5], []int{2, 2, 2, 2, 0}[i%5] }, "far below the 0.240"},
	} {
		predicted, truth := make3(test.n, test.f)
		if got := Hint(three, predicted, truth); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
	if Hint(&text.Task{}, []float64{1, 2}, []float64{2, 1}) != "" {
		t.Error("scores have a hint")
	}
}
