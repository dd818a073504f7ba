package sweep

import (
	"fmt"
	"strings"

	"ltpbench/bench/eval"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/model/train"
	"ltpbench/results"
)

// config is what is true for a whole record: what was measured, on what, how.
func (w *worker) config() []results.Key {
	info, m, s := w.device.Info(), &w.plan.Measure, w.subject
	tuning, madeBy := "not fine-tuned: weights as given", ""
	switch {
	case s.data.Train != "":
		tuning = "fine-tuned for each point"
	case s.embedded != nil:
		tuning = "the embedded model's own points: all but the embeddings fine-tuned for each, kept at rank 12; others not fine-tuned"
		madeBy = s.embedded.MadeBy
	}
	batch := fmt.Sprint(m.Batch)
	if m.Tokens > 0 {
		batch = fmt.Sprintf("%d tokens", m.Tokens)
	}
	last := "row 0 alone"
	if m.Exact {
		last = "whole"
	}
	var short []string
	for _, text := range w.unreachable {
		at, _, _ := strings.Cut(text, ": ") // a rule may have colons too
		short = append(short, strings.TrimSpace(at))
	}
	config := []results.Key{
		{Name: results.KeyModel, Value: s.name}, {Name: results.KeyTask, Value: s.corpus.task.Name},
		{Name: "examples", Value: fmt.Sprint(len(s.measured))}, {Name: "measured", Value: s.corpus.drawn}, {Name: "model-hash", Value: s.hash}, {Name: "model-made-by", Value: madeBy}, {Name: "data-hash", Value: s.dataHash},
		{Name: "plan", Value: w.plan.Hash()}, {Name: results.KeyCompare, Value: compared(w.plan.Compare)}, {Name: "seeds", Value: join(w.plan.Seeds)},
		{Name: "tuning", Value: tuning}, {Name: "budgets-met-on", Value: w.budgetsMetOn()}, {Name: "unreachable", Value: strings.Join(short, "; ")},
		{Name: eval.KeyPositive, Value: positive(s.corpus.task)}, {Name: eval.KeyLabels, Value: labels(s.corpus.task)},
		{Name: results.KeyTruncated, Value: number(s.truncated)},
		{Name: "train-examples", Value: number(len(s.corpus.train))}, {Name: "train-half", Value: s.corpus.half}, {Name: "train-dropped", Value: s.corpus.dropped}, {Name: "train-truncated", Value: number(s.trainTruncated)},
		{Name: "order", Value: m.Order}, {Name: "batch", Value: batch}, {Name: "timed-examples", Value: fmt.Sprint(w.timed())}, {Name: "rounds", Value: fmt.Sprint(m.Rounds)}, {Name: "last-layer", Value: last},
		{Name: results.KeyDevice, Value: info.Name}, {Name: "kernel", Value: info.Kernel}, {Name: "numerics", Value: train.Numerics(w.device)}, {Name: processor(info), Value: info.Model}, {Name: "gpu-condition", Value: availability(w.device)},
		{Name: "type", Value: string(info.Type)}, {Name: "threads", Value: fmt.Sprint(info.Threads)},
	}
	return append(config, w.about...)
}

// compared writes which methods the verdict compares; empty where the plan leaves it open.
func compared(lists [][]string) string {
	var text []string
	for _, list := range lists {
		text = append(text, strings.Join(list, " "))
	}
	return strings.Join(text, "; ")
}

// timed is how many examples a timed pass has.
func (w *worker) timed() int {
	if n := w.plan.Measure.Examples; n > 0 {
		return min(n, len(w.subject.measured))
	}
	return len(w.subject.measured)
}

// budgetsMetOn is empty where no budget was met.
func (w *worker) budgetsMetOn() string {
	for _, c := range w.cells {
		if c.Method.Budgeted {
			return w.subject.corpus.from
		}
	}
	return ""
}

// positive is the class that F1 is about; empty where the task has no F1.
func positive(t *text.Task) string {
	for _, m := range t.Metrics {
		if m.Unit == results.F1 {
			return fmt.Sprint(t.Positive)
		}
	}
	return ""
}

// labels is how many labels there are of which several may hold at once; empty where one holds.
func labels(t *text.Task) string {
	if !t.Several {
		return ""
	}
	return fmt.Sprint(len(t.Labels))
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func join[T any](list []T) string {
	text := make([]string, len(list))
	for i, x := range list {
		text[i] = fmt.Sprint(x)
	}
	return strings.Join(text, " ")
}

// processor is the key of what the model of a device is a model of.
func processor(i hw.Info) string {
	if i.Threads == 0 {
		return "gpu"
	}
	return "cpu"
}
