package results

import "strings"

// unsure is how far an interval's ends may lie from a speed-up, as a share of it,
// before the table says so.
const unsure = 0.05

// keyNoisy is the key of a row that MergeSeeds made of seeds one of which is noisy.
const keyNoisy = "noisy"

// notes are what a reader has to know of a point beside its numbers.
var notes = []struct {
	mark, text string
	applies    func(*Point) bool
}{
	{"*", "not fine-tuned: the weights are as they were given, and the rule was put on them", (*Point).Untuned},
	{"†", "noisy: the rounds scatter, and the speed-up may be off by more than 5 %; measure again on an idle machine, or with more rounds (--rounds)", noisy},
}

// Untuned says whether the point prunes with weights that were not fine-tuned for it.
func (p *Point) Untuned() bool {
	return p.Key(KeyTuned) == "no" && p.Key(KeyMethod) != MethodNone
}

// noisy looks at the rounds of a seed: that seeds differ is no noise of the clock.
func noisy(p *Point) bool {
	if p.Key(KeySeeds) != "" {
		return p.Key(keyNoisy) != ""
	}
	v, timed := p.Value(Speedup)
	low, high, ok := p.Interval(Speedup)
	return timed && ok && max(v-low, high-v) > unsure*v
}

// marks returns the marks of the notes that apply to the point.
func marks(p *Point) string {
	var b strings.Builder
	for _, n := range notes {
		if n.applies(p) {
			b.WriteString(n.mark)
		}
	}
	return b.String()
}

// Notes returns a line for each mark that a table of these points has.
func Notes(points []Point) []string {
	var lines []string
	for _, n := range notes {
		for i := range points {
			if n.applies(&points[i]) {
				lines = append(lines, n.mark+" "+n.text)
				break
			}
		}
	}
	return lines
}

// Memory returns a line about the memory that the run took, or "".
func (r *Record) Memory() string {
	peak := 0.0
	for i := range r.Points {
		bytes, _ := r.Points[i].Value(PeakBytes)
		peak = max(peak, bytes)
	}
	if peak == 0 {
		return ""
	}
	return "peak memory of the whole run: " + mebibytes(peak) + " MiB"
}
