package results

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// curvePoints are thirteen made-up points that look like a sweep's.
func curvePoints() []Point {
	var out []Point
	add := func(method string, budget, flops, accuracy float64) {
		executed := 0.97*flops - 0.01
		if method == "none" {
			executed = 1
		}
		speedup := 1 / (0.1 + 0.9*executed)
		p := Point{Name: "Sweep", Procs: 2, Iters: 872,
			Keys: []Key{{KeyModel, "bert-6x384"}, {KeyTask, "sst2"}, {KeyMethod, method}, {KeySeed, "1"}},
			Values: []Value{
				{Accuracy, accuracy}, {"accuracy-low", accuracy - 0.024}, {"accuracy-high", accuracy + 0.021},
				{PaperRatio, flops}, {ExecutedRatio, executed}, {TokensPerSecond, math.Round(3000 * speedup)},
				{P50Seconds, 0.0085 / speedup}, {P95Seconds, 0.0171 / speedup},
			}}
		if method != "none" {
			p.Keys = append(p.Keys, Key{KeyBudget, Decimal(budget)})
			p.Values = append(p.Values, Value{Speedup, speedup}, Value{"speedup-low", speedup * 0.985}, Value{"speedup-high", speedup * 1.01})
		}
		out = append(out, p)
	}
	add("none", 0, 1, 0.8716)
	for i, a := range []float64{0.8303, 0.8532, 0.8624, 0.8681, 0.8704, 0.8727} {
		add("threshold", []float64{0.35, 0.45, 0.55, 0.65, 0.75, 0.9}[i], 0.352+0.108*float64(i), a)
	}
	for i, a := range []float64{0.7924, 0.8257, 0.8486, 0.8601, 0.8670, 0.8693} {
		add("topk:start=1", []float64{0.35, 0.45, 0.55, 0.65, 0.75, 0.9}[i], 0.361+0.107*float64(i), a)
	}
	for i, a := range []float64{0.8372, 0.8601, 0.8693} {
		add("topk", []float64{0.62, 0.75, 0.9}[i], 0.623+0.138*float64(i), a)
	}
	return out
}

func TestTable(t *testing.T) {
	path := writeRecord(t, curvePoints()...)
	rows, errs := read(t, path).Rows()
	if len(errs) > 0 {
		t.Error(errs)
	}
	table := Table{rows, Columns(Metric(rows))}
	var text, markdown, csv strings.Builder
	for _, err := range []error{table.Text(&text), table.Markdown(&markdown), table.CSV(&csv)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "table.txt", text.String())
	golden(t, "table.md", markdown.String())
	golden(t, "table.csv", csv.String())
	for line := range strings.Lines(text.String()) {
		if n := len([]rune(line)) - 1; n > 104 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
}

func TestCells(t *testing.T) {
	p := sweep("a", "b|c", Value{Pearson, 0.8434}, Value{"pearson-low", 0.81}, Value{"pearson-high", 0.87}, Value{P50Seconds, 0.00514})
	var got []string
	for _, c := range Columns(Metric([]Point{p})) {
		got = append(got, c.Cell(&p))
	}
	want := []string{"a", "", "", "", "", "0.843 [0.810, 0.870]", "", "", "", "", "", "5.1", ""}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("cells %q, want %q", got, want)
	}
	var b strings.Builder
	if err := (Table{[]Point{p}, []Column{KeyColumn(KeySpec), KeyColumn("absent")}}).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `b\|c`) || strings.Contains(b.String(), "absent") {
		t.Errorf("table\n%s", b.String())
	}
}
