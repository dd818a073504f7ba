package results

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// docs/record.md is made from this package: go test ./results -run Documented -update.
func TestDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The record

What ` + "`ltpbench sweep`" + ` writes into a run's folder. This page is made from the package results by its tests.

- ` + "`plan.toml`" + `: the plan, word for word, with defaults written out.
- ` + "`sweep.txt`" + `: the record, in the Go benchmark format; ` + "`benchstat`" + ` reads it. Configuration first, then one line per measurement, written the moment it is known. A run that was stopped leaves every whole line.
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

| line | what |
|:--|:--|
| ` + "`BenchmarkSweep`" + ` | a point: scores and FLOPs as soon as they are known, times in lines of the same name: what sums them up, and one for each timed round (` + "`sec/op`" + `) |
| ` + "`BenchmarkLength`" + ` | a point's times one text at a time, by length |
| ` + "`BenchmarkThroughput`" + ` | a point's times by batch and length, if the plan asks for the grid |
| ` + "`BenchmarkCard`" + ` | a GPU's clocks, power and temperature, read between what is timed |
| ` + "`BenchmarkRun`" + ` | the whole program; a record without it is not finished |

A name is made of ` + "`/key=value`" + ` parts and ends with the number of threads:

| key | meaning |
|:--|:--|
`)
	for _, k := range NameKeys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.Name, k.Doc)
	}
	b.WriteString(`
` + "`ltpbench eval -o FILE`" + ` writes a record of its own: of the configuration only what is true of device and program, and a line ` + "`BenchmarkEval`" + ` for each call. A call that the configuration would be wrong about (another device, number of threads, build ...) is refused. With ` + "`--reference`" + ` it also has the metrics and relative FLOPs of the masked emulation, their units with ` + "`reference-`" + ` in front. Its names have these keys:

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
## Predictions

| field | meaning |
|:--|:--|
| ` + "`point`" + ` | the line's name without "Benchmark" |
| ` + "`example`" + ` | index in the measured text, from 0 |
| ` + "`label`, `prediction`" + ` | true and predicted class, or value of a regression |
| ` + "`logits`" + ` | the head's output |
| ` + "`tokens`" + ` | real tokens before pruning |
| ` + "`kept`" + ` | per layer: tokens that leave it |
| ` + "`sets`" + ` | stands for the places of those tokens: equal sets have equal strings |
`)
	path := filepath.Join("..", "docs", "record.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the package says (%v); run go test ./results -run Documented -update", path, err)
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
