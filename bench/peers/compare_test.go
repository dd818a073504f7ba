package main

import (
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ltpbench/bench/peers/engine"
	"ltpbench/results"
)

// fake is an engine of known speed that computes the given row 0.
type fake struct {
	label   string
	seconds float64
	row     []float32
	calls   *[]string
}

func (f fake) Name() string                       { return f.label }
func (f fake) Prepare(engine.Job) (string, error) { return "fake", nil }
func (f fake) Outputs(int) ([][]float32, error)   { return [][]float32{f.row}, nil }
func (f fake) Close()                             {}
func (f fake) Pass(repeat int) (float64, error) {
	*f.calls = append(*f.calls, f.label)
	return f.seconds * float64(repeat), nil
}

func fakes(t *testing.T, peer []float32) (*bench, *[]string, string) {
	calls := &[]string{}
	path := filepath.Join(t.TempDir(), "record.txt")
	record, err := results.Create(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{options: &options{rounds: 3, threads: 2}, log: io.Discard, record: record, engines: map[string]engine.Engine{
		"ltpbench": fake{"ltpbench", 1, []float32{1, 2}, calls}, "slow": fake{"slow", 4, []float32{1, 2}, calls}, "peer": fake{"peer", 2, peer, calls},
	}}, calls, path
}

var line = row{point: "Encoder", keys: []results.Key{{Name: "batch", Value: "32"}}, job: engine.Job{Do: "encoder", Batches: make([][][]int32, 2)}, peers: []string{"slow", "peer"}, tokens: 100, flops: 1e9, repeat: 2}

func TestMeasureInterleaves(t *testing.T) {
	b, calls, path := fakes(t, []float32{1, 2.0005})
	seconds, err := b.measure(&line)
	if err != nil {
		t.Fatal(err)
	}
	want := "ltpbench slow peer slow peer ltpbench peer ltpbench slow" // three rounds; the warm-up compares outputs
	if got := strings.Join(*calls, " "); got != want {
		t.Errorf("passes ran as\n%s, want\n%s", got, want)
	}
	record, err := results.Read(path)
	if err != nil || len(record.Points) != 9 {
		t.Fatalf("%d points (%v), want one for each engine and round", len(record.Points), err)
	}
	for _, p := range record.Points {
		if v, _ := p.Value(results.TokensPerSecond); p.Key("engine") == "peer" && v != 50 {
			t.Errorf("the peer has %v tok/s, want 50", v)
		}
	}
	table := table{peaks: []float64{1, 2}}
	table.add(&line, seconds)
	if got := strings.Join(table.lines[0], "|"); got != "Encoder|batch=32|1 GFLOP/s|0.50|peer 0 GFLOP/s|2.00 [2.00, 2.00]" {
		t.Errorf("table line %q", got)
	}
}

func TestMeasureRefusesOtherAnswers(t *testing.T) {
	for _, other := range [][]float32{{1, 2.01}, {1}, {1, float32(nan())}} {
		b, _, _ := fakes(t, other)
		if _, err := b.measure(&line); err == nil || !strings.Contains(err.Error(), "peer") {
			t.Errorf("outputs %v passed for ours: %v", other, err)
		}
	}
}

func nan() float64 { z := 0.0; return z / z }

func TestFlags(t *testing.T) {
	t.Setenv("LTPBENCH_SHARED", "")
	var log strings.Builder
	if code := run([]string{"-quick"}, io.Discard, &log); code != 2 || !strings.Contains(log.String(), "is needed") {
		t.Errorf("code %d: %s", code, log.String())
	}
	if code := run([]string{"-rows", "("}, io.Discard, &log); code != 2 {
		t.Errorf("-rows with half an expression: code %d", code)
	}
	o := &options{only: regexp.MustCompile("^Encoder/batch=32$")}
	other := line
	other.keys = []results.Key{{Name: "batch", Value: "1"}}
	if rows, err := o.chosen([]row{other, line}); err != nil || len(rows) != 1 || rows[0].label() != "batch=32" {
		t.Errorf("chosen: %v (%v), want the one with batch=32", rows, err)
	}
	if _, err := o.chosen([]row{other}); err == nil || !strings.Contains(err.Error(), "-rows") {
		t.Errorf("no row left: %v", err)
	}
}
