package results

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// docs/record.md is generated from this package: go test ./results -run Documented -update.
func TestDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The record

The files that ` + "`ltpbench sweep`" + ` writes into a run's folder. This page is generated from the package results by its tests.

- ` + "`plan.toml`" + `: the plan, with defaults written out.
- ` + "`sweep.txt`" + `: the record, in the Go benchmark format; ` + "`benchstat`" + ` reads it. The configuration comes first, then one line per measurement, written as soon as it is known. A stopped run leaves all complete lines.
- ` + "`predictions.jsonl`" + ` (or ` + "`.jsonl.gz`" + `): one JSON object per point and example.

With several models, texts or devices each combination has a folder ` + "`MODEL-TASK-DEVICE`" + ` with these two files.

## Configuration

| key | meaning |
|:--|:--|
`)
	for _, k := range ConfigKeys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.Name, k.Doc)
	}
	b.WriteString(`
## Lines

| line | content |
|:--|:--|
| ` + "`BenchmarkSweep`" + ` | a point: scores and FLOPs as soon as they are known, then its times in lines of the same name: a summary, and one line per timed round (` + "`sec/op`" + `) |
| ` + "`BenchmarkLength`" + ` | a point's times at batch 1, by length |
| ` + "`BenchmarkThroughput`" + ` | a point's times by batch and length, if the plan asks for the grid |
| ` + "`BenchmarkCard`" + ` | a GPU's clocks, power and temperature, read between what is timed |
| ` + "`BenchmarkRun`" + ` | the whole program; a record without it is unfinished |

A name consists of ` + "`/key=value`" + ` parts and ends with the number of threads:

| key | meaning |
|:--|:--|
`)
	for _, k := range NameKeys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.Name, k.Doc)
	}
	b.WriteString(`
` + "`ltpbench eval -o FILE`" + ` writes a separate record: its configuration describes device and program only, with a line ` + "`BenchmarkEval`" + ` for each call. A call for which the configuration would be wrong (another device, number of threads, build ...) is refused. With ` + "`--reference`" + ` it also has the metrics and relative FLOPs of the masked emulation, in units that begin with ` + "`reference-`" + `. The names have these keys:

| key | meaning |
|:--|:--|
`)
	for _, k := range EvalKeys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.Name, k.Doc)
	}
	b.WriteString(`
## Units

Counted units have the same value on every repeat with the same build and kernels (benchfmt's ` + "`assume=exact`" + `); the others are timed. A unit may come with its 95 % interval, ` + "`-low` and `-high`" + `.

| unit | counted | better | range | meaning |
|:--|:--|:--|:--|:--|
`)
	for _, u := range Units() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", u.Name, map[bool]string{true: "yes", false: "no"}[u.Counted], u.Better, limits(u), u.Doc)
	}
	b.WriteString(`
A point also has what its rule has learned for each layer, as counted values such as ` + "`learned-theta-3`" + `: the threshold of layer 3, counted from 0.

## Predictions

| field | meaning |
|:--|:--|
| ` + "`point`" + ` | the line's name without "Benchmark" |
| ` + "`example`" + ` | index in the measured text, from 0 |
| ` + "`label`, `prediction`" + ` | true and predicted class, or value of a regression |
| ` + "`logits`" + ` | the head's output |
| ` + "`tokens`" + ` | real tokens before pruning |
| ` + "`kept`" + ` | per layer: tokens that leave it |
| ` + "`sets`" + ` | hash of the positions of those tokens: equal sets have equal strings |
`)
	path := filepath.Join("..", "docs", "record.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not up to date with the package (%v); run go test ./results -run Documented -update", path, err)
	}
}

// limits writes a unit's range.
func limits(u Unit) string {
	high := fmt.Sprint(u.High)
	if u.High == inf {
		high = "∞"
	}
	return fmt.Sprintf("%v to %s", u.Low, high)
}
