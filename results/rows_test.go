package results

import (
	"strings"
	"testing"
)

func TestRows(t *testing.T) {
	rec := read(t, writeRecord(t, points...))
	rows, errs := rec.Rows()
	if len(errs) > 0 {
		t.Errorf("errors %v", errs)
	}
	var order []string
	for _, p := range rows {
		order = append(order, p.Key(KeyMethod))
	}
	if got := strings.Join(order, " "); got != "none threshold topk" {
		t.Errorf("order %s", got)
	}
	if v, _ := rows[0].Value(SecondsPerOp); v != 6.375 {
		t.Errorf("sec/op %v, want the median 6.375", v)
	}
	if v, _ := rows[0].Value(Accuracy); v != 0.8716 || rows[0].Iters != 3*872 {
		t.Errorf("accuracy %v, iterations %d", v, rows[0].Iters)
	}
}

func TestRowsSortByFLOPs(t *testing.T) {
	rec := &Record{Points: []Point{
		sweep("a", "x", Value{PaperRatio, 0.9}),
		sweep("a", "z", Value{SecondsPerOp, 1}), // no FLOPs: behind those that have some
		sweep("b", "x", Value{PaperRatio, 0.8}),
		sweep("a", "y", Value{PaperRatio, 0.3}),
		sweep("none", "none", Value{PaperRatio, 1}),
	}}
	rows, _ := rec.Rows()
	var got []string
	for _, p := range rows {
		got = append(got, p.Key(KeyMethod)+p.Key(KeySpec))
	}
	if s := strings.Join(got, " "); s != "nonenone ay ax az bx" {
		t.Errorf("order %s", s)
	}
}

func TestRepeatsThatDiffer(t *testing.T) {
	rec := &Record{Path: "a.txt", Points: []Point{
		sweep("none", "none", Value{Accuracy, 0.5}, Value{"own", 1}),
		sweep("none", "none", Value{Accuracy, 0.25}, Value{"own", 1}),
		sweep("none", "none", Value{P50Seconds, 3}),
		sweep("none", "none", Value{P50Seconds, 1}),
		sweep("none", "none", Value{P50Seconds, 2}),
	}}
	rows, errs := rec.Rows()
	if len(rows) != 1 || len(errs) != 1 || !strings.Contains(errs[0].Error(), "a.txt: Sweep/") || !strings.Contains(errs[0].Error(), "accuracy is 0.5 and 0.25") {
		t.Fatalf("%d rows, errors %v", len(rows), errs)
	}
	if v, _ := rows[0].Value(Accuracy); v != 0.5 {
		t.Errorf("accuracy %v, want the first", v)
	}
	if v, _ := rows[0].Value(P50Seconds); v != 2 {
		t.Errorf("p50 %v, want the median", v)
	}
}
