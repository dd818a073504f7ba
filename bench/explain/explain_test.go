package explain

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/printable"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
	"ltpbench/results/page"
)

// explained runs rules over texts with a small model of random weights.
func explained(t *testing.T, texts []text.Example, rules ...pruners.Pruner) []Text {
	t.Helper()
	weights, err := model.Load("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	vocab := "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
	for i := range 60 {
		vocab += fmt.Sprintf("\nw%d", i)
	}
	words, err := tokenize.LoadFS(fstest.MapFS{"vocab.txt": {Data: []byte(vocab)}}, "test")
	if err != nil {
		t.Fatal(err)
	}
	d, err := hw.Open("cpu", hw.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var subjects []Subject
	for _, r := range rules {
		subjects = append(subjects, Subject{weights, r})
	}
	x, err := New(d, weights, words, 0, subjects)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	list, err := x.Explain(texts)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func rule(t *testing.T, spec string) pruners.Pruner {
	t.Helper()
	p, err := pruners.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var some = []text.Example{{Text: "w1 w2 w3 w4 w5 w6 w7 w8 w9", Label: 1}, {Text: "w9", Pair: "w8 w7", HasPair: true}, {Text: "w11 w12 w13 w14 w15"}}

// TestWays: what leaves a layer are the lowest scores of those that entered it, for every rule that ranks, and a text
// explained alone is explained the same.
func TestWays(t *testing.T) {
	rules := []pruners.Pruner{rule(t, "topk:keep=0.5"), rule(t, "quantile:q=0.3,score=cls"), rule(t, "random:keep=0.4"), pruners.None{}}
	list := explained(t, some, rules...)
	for i, x := range list {
		alone := explained(t, some[i:i+1], rules...)[0]
		if fmt.Sprint(alone) != fmt.Sprint(x) {
			t.Errorf("text %d alone is explained\n%v\nand in a batch\n%v", i, alone, x)
		}
		for n, trace := range x.Traces {
			remain := 0
			for p, w := range trace.Ways {
				if p == 0 && w.Leaves != trace.Layers {
					t.Errorf("%s: row 0 leaves layer %d", trace.Spec, w.Leaves)
				}
				if w.Leaves == trace.Layers {
					remain++
				} else if len(w.Scores) != w.Leaves+1 || w.Before || w.Into != -1 {
					t.Errorf("%s: token %d: %+v", trace.Spec, p, w)
				}
				for q, v := range trace.Ways[1:] {
					l := w.Leaves
					if n < 2 && q+1 != p && l < trace.Layers && v.Leaves > l && w.Scores[l] > v.Scores[l] {
						t.Errorf("%s: layer %d drops token %d of score %v and keeps %d of %v", trace.Spec, l, p, w.Scores[l], q+1, v.Scores[l])
					}
				}
			}
			if n == 3 && (remain != len(trace.Ways) || trace.Ratio != 1 || !slices.Equal(trace.Answer.Logits, x.Answer.Logits)) {
				t.Errorf("%s: %d of %d remain, %v of the FLOPs", trace.Spec, remain, len(trace.Ways), trace.Ratio)
			}
			if n < 3 && i == 0 && (remain == len(trace.Ways) || trace.Ratio >= 1) {
				t.Errorf("%s drops nothing", trace.Spec)
			}
		}
	}
}

// pairs merges each second token into the one before it, in layer 2.
type pairs struct{ pruners.None }

func (pairs) Spec() pruners.Spec                 { return pruners.Spec{Name: "pairs"} }
func (pairs) Score(layer, layers int) hw.Score   { return hw.Score{} }
func (pairs) Decides(layer, layers int) bool     { return layer == 2 }
func (p pairs) Keep(v pruners.View, keep []bool) { panic("it merges") }
func (p pairs) Merge(v pruners.View, m *pruners.Merged) {
	*m = pruners.Merged{Next: []int32{0}, Offsets: []int32{0}}
	for b := range v.Seqs.Count() {
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r += 2 {
			m.Rows, m.Weights = append(m.Rows, r), append(m.Weights, 0.5)
			if r+1 < v.Seqs[b+1] {
				m.Rows, m.Weights = append(m.Rows, r+1), append(m.Weights, 0.5)
			}
			m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		}
		m.Next = append(m.Next, int32(len(m.Offsets)-1))
	}
}

// TestMerges: merged tokens show where they went, and what took them in.
func TestMerges(t *testing.T) {
	for _, x := range explained(t, some, pairs{}) {
		for p, w := range x.Traces[0].Ways {
			switch {
			case p%2 == 1 && (w.Leaves != 2 || w.Into != p-1):
				t.Errorf("token %d: %+v", p, w)
			case p%2 == 0 && w.Leaves != 6, p%2 == 0 && p+1 < len(x.Tokens) && !slices.Equal(w.Absorbed, []int{p + 1}):
				t.Errorf("token %d: %+v", p, w)
			}
		}
		var b bytes.Buffer
		Style{Width: 40}.Text(&b, &x)
		if !strings.Contains(b.String(), "→ 2") || !strings.Contains(b.String(), "A + "+x.Tokens[1]) {
			t.Errorf("printed as\n%s", &b)
		}
	}
}

// TestEarly: rules that decide or merge before attention, and that leave layers out.
func TestEarly(t *testing.T) {
	x := explained(t, some[:1], rule(t, "truncate:keep=0.5"), rule(t, "average:keep=0.3,layer=2"), rule(t, "shallow:layers=2"))[0]
	for p := range x.Tokens {
		cut, mean, first := x.Traces[0].Ways[p], x.Traces[1].Ways[p], x.Traces[2].Ways[p]
		if p >= len(x.Tokens)/2+1 && (cut.Leaves != 0 || !cut.Before || len(cut.Scores) > 0) || p < len(x.Tokens)/2-1 && cut.Leaves != 6 {
			t.Errorf("truncated: token %d of %d: %+v", p, len(x.Tokens), cut)
		}
		if mean.Leaves < 6 && (mean.Leaves != 2 || !mean.Before || mean.Into < 0 || !slices.Contains(x.Traces[1].Ways[mean.Into].Absorbed, p)) {
			t.Errorf("averaged: token %d: %+v", p, mean)
		}
		if first.Leaves != 2 || len(first.Scores) != 2 || x.Traces[2].Layers != 2 {
			t.Errorf("two layers: token %d: %+v", p, first)
		}
	}
}

// TestBefore: a rule that decides before a layer's attention leaves no score there.
func TestBefore(t *testing.T) {
	x := Trace{Layers: 2, Ways: []Way{{Leaves: 2, Into: -1}, {Leaves: 2, Into: -1}}}
	x.layer(0, []int32{0, 1}, []int32{0, 1}, []float32{3, 1})
	x.layer(1, []int32{0}, []int32{0}, []float32{2})
	if w := x.Ways[1]; w.Leaves != 1 || !w.Before || !math.IsNaN(w.Score()) || w.leave() != "‹ 1 " {
		t.Errorf("%+v, %q", w, w.leave())
	}
}

// TestTerminal: no line is wider than asked for, nothing foreign reaches a terminal as a control sequence, and colour
// changes no character.
func TestTerminal(t *testing.T) {
	list := explained(t, some, rule(t, "topk:keep=0.5"), rule(t, "shallow:layers=2"), rule(t, "quantile:q=0.3"), rule(t, "average:keep=0.4,layer=1"))
	hostile := list[0]
	hostile.Example.Text, hostile.HasPair = "a\x1b[2J \u202eb 日本語日本語 "+strings.Repeat("x", 200), false
	hostile.Tokens = slices.Clone(hostile.Tokens)
	hostile.Tokens[1], hostile.Tokens[2], hostile.Tokens[3] = "\x1b]0;t\a", "日本語日本語日本語日本語", strings.Repeat("y", 99)
	hostile.Answer.Text = "\x9bred 12 %"
	for _, x := range append(list, hostile) {
		for width := 24; width <= 120; width += 7 {
			var b, coloured bytes.Buffer
			Style{Width: width}.Legend(&b, []string{"topk:keep=0.5", "q"})
			Style{Width: width}.Text(&b, &x)
			for _, line := range strings.Split(b.String(), "\n") {
				if columns(line) > width && !strings.Contains(line, "FLOPs") {
					t.Errorf("%d columns of %d: %q", columns(line), width, line)
				}
			}
			if strings.ContainsFunc(b.String(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) || printable.Text(b.String()) != b.String() {
				t.Errorf("control characters in %q", &b)
			}
			Style{Width: width, Color: true}.Legend(&coloured, []string{"topk:keep=0.5", "q"})
			Style{Width: width, Color: true}.Text(&coloured, &x)
			if got := plain(coloured.String()); got != plain(b.String()) || coloured.Len() == b.Len() {
				t.Errorf("with colour\n%s\nwithout\n%s", got, &b)
			}
		}
		var b bytes.Buffer
		if err := page.Write(&b, Page([]Text{x}, nil)); err != nil || !strings.Contains(b.String(), "layer 1") || strings.Contains(b.String(), "\x1b") {
			t.Errorf("page: %v", err)
		}
	}
}

// plain takes colours and spaces at the ends of lines away.
func plain(s string) string {
	for {
		from := strings.Index(s, "\x1b[")
		if from < 0 {
			break
		}
		s = s[:from] + s[from+strings.Index(s[from:], "m")+1:]
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestTally(t *testing.T) {
	answer := func(class int) Answer {
		logits := make([]float32, 3)
		logits[class] = 1
		return Answer{Logits: logits}
	}
	var tally Tally
	for _, c := range []struct {
		label, whole, a, b int
		differs            bool
	}{{0, 0, 0, 0, false}, {0, 0, 1, 0, true}, {1, 0, 1, 1, true}, {2, 0, 1, 1, true}} {
		x := Text{Example: text.Example{Label: c.label}, Answer: answer(c.whole), Traces: []Trace{{Answer: answer(c.a)}, {Answer: answer(c.b)}}}
		if tally.Add(&x) != c.differs {
			t.Errorf("%+v", c)
		}
	}
	want := Tally{Texts: 4, Unpruned: 2, Rules: []Count{{2, 3, 1, 1}, {3, 2, 0, 1}}, Differ: 1}
	if fmt.Sprint(tally) != fmt.Sprint(want) {
		t.Errorf("counted %+v, want %+v", tally, want)
	}
}
