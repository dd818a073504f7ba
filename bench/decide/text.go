package decide

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"ltpbench/bench/clock"
)

// Write prints the decision for people: the answer with its reason first.
func (d *Decision) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s.\n", d.Answer, d.Reason)
	if d.Chosen.Rule != nil && d.Unpruned <= d.Commonest {
		fmt.Fprintf(w, "warning: the unpruned model is right on %.1f %% of the texts, and answering always with their commonest label is on %.1f %%: the decision means little; are model and text made for each other?\n", 100*d.Unpruned, 100*d.Commonest)
	}
	if used := d.First + d.Second; used < d.Given {
		fmt.Fprintf(w, "%d of %d texts were used, as many as the time allows (--minutes).\n", used, d.Given)
	}
	if len(d.Tried) > 0 {
		fmt.Fprintf(w, "\ntried on %d texts, with the weights as they are:\n", d.First)
		if err := d.tried(w); err != nil {
			return err
		}
	}
	for _, s := range d.Skipped {
		fmt.Fprintf(w, "not tried: %s\n", s)
	}
	c := &d.Chosen
	if c.Rule == nil {
		return nil
	}
	fmt.Fprintf(w, "\non the other %d texts: unpruned %.1f %% right; %s: %d answers lost, %d won, %.2f of the FLOPs (executed %.2f)\n",
		d.Second, 100*d.Unpruned, c.Rule.Spec(), c.Loss.Lost, c.Loss.Won, c.Work.Paper, c.Work.Executed)
	if p := c.P95(); !math.IsNaN(p) {
		none := Tried{Times: c.None}
		fmt.Fprintf(w, "95 of 100 texts alone take up to %.2f ms, unpruned %.2f ms\n", 1000*p, 1000*none.P95())
	}
	return d.breakEven(w)
}

// tried prints what was tried on the first half.
func (d *Decision) tried(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "series\tbudget\tloss, points\tat most (95 %)\tFLOPs\texecuted\ttimes as fast\t")
	list := slices.Clone(d.Tried)
	slices.SortStableFunc(list, func(a, b Tried) int { return cmp.Compare(a.Series, b.Series) })
	for i := range list {
		x := &list[i]
		speed := "-"
		if x.Times != nil {
			speed = fmt.Sprintf("%.2f", x.Speedup())
		}
		fmt.Fprintf(t, "%s\t%.2f\t%+.1f\t%.1f\t%.2f\t%.2f\t%s\t\n", x.Series, x.Budget, 100*x.Loss.Loss(), x.upper(), x.Work.Paper, x.Work.Executed, speed)
	}
	return t.Flush()
}

// breakEven prints how many times as fast the chosen point is by length and batch, and from where on it pays.
func (d *Decision) breakEven(w io.Writer) error {
	if len(d.Grid) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\ntimes as fast by batch and tokens of a text, on this machine; * the 95 %% interval over %d rounds is above 1:\n", mapRounds)
	lengths, batches := sides(d.Grid)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "batch\t")
	for _, n := range lengths {
		fmt.Fprintf(t, "%d tokens\t", n)
	}
	fmt.Fprintln(t)
	var sentences []string
	for _, b := range batches {
		fmt.Fprintf(t, "%d\t", b)
		from := 0 // the length from which on it pays
		for _, n := range lengths {
			box := clock.Box{Sequences: b, Tokens: n}
			if len(d.Chosen.Times.Grid[box]) == 0 {
				fmt.Fprint(t, "-\t")
				continue
			}
			x, i := d.Pays(box)
			mark := " "
			if i.Low > 1 {
				mark = "*"
			}
			switch {
			case i.Low <= 1:
				from = 0
			case from == 0:
				from = n
			}
			fmt.Fprintf(t, "%.2f%s\t", x, mark)
		}
		fmt.Fprintln(t)
		sentence := fmt.Sprintf("at batch %d it pays from %d tokens on", b, from)
		if from == 0 {
			sentence = fmt.Sprintf("at batch %d it does not surely pay at the longest text measured", b)
		}
		sentences = append(sentences, sentence)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range sentences {
		fmt.Fprintf(w, "%s\n", s)
	}
	return nil
}

// sides lists the lengths and batches of a map's boxes.
func sides(grid []clock.Box) (lengths, batches []int) {
	seen := map[[2]int]bool{}
	for _, b := range grid {
		if !seen[[2]int{0, b.Tokens}] {
			seen[[2]int{0, b.Tokens}] = true
			lengths = append(lengths, b.Tokens)
		}
		if !seen[[2]int{1, b.Sequences}] {
			seen[[2]int{1, b.Sequences}] = true
			batches = append(batches, b.Sequences)
		}
	}
	slices.Sort(lengths)
	slices.Sort(batches)
	return lengths, batches
}
