package explain

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"ltpbench/internal/printable"
)

// Style is how a terminal shows explanations.
type Style struct {
	Width int  // characters in a line; 0: unlimited
	Color bool // with control sequences, for a terminal alone; foreign text is escaped all the same
}

// leaveWidth is the width of how a token leaves: "×11 12.3".
const leaveWidth = 9

// Legend explains the rules' letters and the marks, in lines.
func (s Style) Legend(w io.Writer, specs []string) {
	for i, spec := range specs {
		fmt.Fprintf(w, "%s  %s\n", letter(i), s.cut(printable.String(spec), s.Width-3))
	}
	for _, line := range s.wrap("Bars are a token's score in each layer, relative to the mean of the tokens that enter it (▄); ─ is a layer without scores. × 3 0.21: leaves in layer 3 with this score; ‹ 3: leaves before it; → 3: merged into another.") {
		fmt.Fprintln(w, s.paint("2", line))
	}
}

// Note writes a sentence about all texts.
func (s Style) Note(w io.Writer, note string) {
	for _, line := range s.wrap(printable.String(note)) {
		fmt.Fprintln(w, line)
	}
}

// Text writes one explained text, its rules side by side as far as they fit.
func (s Style) Text(w io.Writer, x *Text) {
	title := printable.String(x.Example.Text)
	if x.HasPair {
		title += " | " + printable.String(x.Pair)
	}
	fmt.Fprintln(w)
	for _, line := range s.wrap(title) {
		fmt.Fprintln(w, s.paint("1", line))
	}
	fmt.Fprintf(w, "unpruned: %s\n", printable.String(x.Answer.Text))
	for i, t := range x.Traces {
		fmt.Fprintf(w, "%s: %s, %.0f %% of the FLOPs\n", letter(i), printable.String(t.Answer.Text), 100*t.Ratio)
	}
	tokens := make([]string, len(x.Tokens))
	wide := len("token")
	for i, token := range x.Tokens {
		tokens[i] = printable.String(token)
		wide = max(wide, columns(tokens[i]))
	}
	if s.Width > 0 {
		wide = min(wide, 28, max(5, s.Width/3))
	}
	for from := 0; from < len(x.Traces); {
		to, used, bars := from, wide, true
		for to < len(x.Traces) && (s.Width == 0 || used+2+x.Traces[to].Layers+1+leaveWidth <= s.Width) {
			used += 2 + x.Traces[to].Layers + 1 + leaveWidth
			to++
		}
		if to == from { // there is no room for the bars
			bars = false
			to = min(len(x.Traces), from+max(1, (s.Width-wide)/(leaveWidth+2)))
		}
		s.block(w, x, tokens, wide, from, to, bars)
		from = to
	}
}

// block writes some rules side by side.
func (s Style) block(w io.Writer, x *Text, tokens []string, wide, from, to int, bars bool) {
	head := pad("token", wide)
	for i := from; i < to; i++ {
		each := leaveWidth
		if bars {
			each += x.Traces[i].Layers + 1
		}
		head += "  " + pad(letter(i), each)
	}
	fmt.Fprintln(w, s.paint("4", head))
	for p, token := range tokens {
		line, gone := "", true
		for i := from; i < to; i++ {
			t := &x.Traces[i]
			line += "  " + s.way(t, &t.Ways[p], bars)
			gone = gone && t.Ways[p].Leaves < t.Layers
		}
		name := pad(s.cut(token, wide), wide)
		if gone {
			name = s.paint("2", name)
		}
		fmt.Fprintln(w, strings.TrimRight(name+line, " "))
		for i := from; i < to; i++ {
			if took := x.Traces[i].Ways[p].Absorbed; len(took) > 0 {
				fmt.Fprintln(w, s.cut(fmt.Sprintf("  %s + %s", letter(i), names(tokens, took)), s.Width))
			}
		}
	}
}

func names(tokens []string, list []int) string {
	var all []string
	for _, p := range list {
		all = append(all, tokens[p])
	}
	return strings.Join(all, ", ")
}

// way is a token's way: a bar for each layer, and how it leaves.
func (s Style) way(t *Trace, way *Way, bars bool) string {
	line := ""
	if bars {
		stays := ""
		for l, score := range way.Scores {
			bar := string(bar(score))
			if l == way.Leaves {
				line += s.paint("32", stays) + s.paint("31", bar)
				stays = ""
				continue
			}
			stays += bar
		}
		line += s.paint("32", stays) + strings.Repeat(" ", t.Layers-len(way.Scores)+1)
	}
	if way.Leaves == t.Layers {
		return line + strings.Repeat(" ", leaveWidth)
	}
	return line + s.paint("31", pad(way.leave(), leaveWidth))
}

// leave is how a token leaves, at most leaveWidth characters.
func (w *Way) leave() string {
	mark := "×"
	switch {
	case w.Into >= 0:
		mark = "→"
	case w.Before:
		mark = "‹"
	}
	return fmt.Sprintf("%s%2d %s", mark, w.Leaves, number(w.Score()))
}

// number is a score in at most five characters; "" of none.
func number(x float64) string {
	switch {
	case math.IsNaN(x):
		return ""
	case math.Abs(x) < 9.995 && x > -0.995:
		return fmt.Sprintf("%.2f", x)
	case math.Abs(x) < 999.5:
		return fmt.Sprintf("%.3g", x)
	}
	return fmt.Sprintf("%.0e", x)
}

// bar is a score, relative to the mean, as a block; ▄ is the mean.
func bar(score float64) rune {
	if math.IsNaN(score) {
		return '─'
	}
	for i, least := range []float64{4, 2, 1.5, 1, 0.6, 0.35, 0.2} {
		if score >= least {
			return '█' - rune(i)
		}
	}
	return '▁'
}

func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint(i + 1)
}

// paint colours text that was made harmless before.
func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// columns is how many columns a terminal takes for harmless text.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// pad fills text up to so many columns.
func pad(text string, n int) string { return text + strings.Repeat(" ", max(0, n-columns(text))) }

// cut shortens text to so many columns; 0 or less: unlimited.
func (s Style) cut(text string, n int) string {
	if s.Width == 0 || n <= 0 || columns(text) <= n {
		return text
	}
	at, used := 0, 0
	for i, r := range text {
		if used += runeColumns(r); used > n-1 {
			break
		}
		at = i + len(string(r))
	}
	return text[:at] + "…"
}

// wrap breaks a line at spaces; words that are too long are cut.
func (s Style) wrap(text string) (lines []string) {
	if s.Width == 0 {
		return []string{text}
	}
	line := ""
	for _, word := range strings.Fields(text) {
		word = s.cut(word, s.Width)
		if line != "" && columns(line)+1+columns(word) > s.Width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
