package eval

import (
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/results"
)

// Every metric is scored with an interval around it: Wilson's for accuracy, otherwise a
// bootstrap's, wider over seeds that differ.
func TestScoreOf(t *testing.T) {
	task := &text.Task{Labels: []string{"a", "b"}, Positive: 1}
	truth, good, bad := make([]float64, 60), make([]float64, 60), make([]float64, 60)
	for i := range truth {
		truth[i] = float64(i % 2)
		good[i], bad[i] = truth[i], truth[i]
		if i%5 == 0 {
			good[i] = 1 - good[i]
		}
		if i%3 == 0 {
			bad[i] = 1 - bad[i]
		}
	}
	accuracy := ScoreOf(text.Accuracy, task, truth, good)
	if accuracy.Value != 0.8 || accuracy.Interval != stats.Wilson(48, 60) {
		t.Errorf("%+v", accuracy)
	}
	for _, m := range text.Metrics() {
		s := ScoreOf(m, task, truth, good)
		if s.Value != m.Of(task, good, truth) || !s.Contains(s.Value) || s.Low == s.High {
			t.Errorf("%s: %+v", m.Name, s)
		}
		both := ScoreOf(m, task, truth, good, bad)
		if !both.Contains(both.Value) || both.High-both.Low <= s.High-s.Low || both.Value >= s.Value {
			t.Errorf("%s of two seeds: %+v, of one %+v", m.Name, both, s)
		}
	}
	nearly := slices.Clone(truth)
	nearly[0] = 1 - nearly[0]
	if s := ScoreOf(text.Accuracy, task, truth, truth, truth, nearly); s.High != 1 || s.Low >= s.Value {
		t.Errorf("three seeds, one wrong once: %+v", s)
	}
	p := results.Point{Values: accuracy.Values()}
	if low, high, ok := p.Interval(results.Accuracy); !ok || low != accuracy.Low || high != accuracy.High {
		t.Errorf("%+v", p.Values)
	}
}

// The positive class is the record's; one that is no number is an error wherever it is needed.
func TestMetricOf(t *testing.T) {
	run := &results.Run{Record: &results.Record{}}
	run.Path, run.Config = "x", []results.Key{{Name: KeyPositive, Value: "0"}}
	if m, task, err := MetricOf(run, results.F1); err != nil || m.Unit != results.F1 || task.Positive != 0 {
		t.Errorf("%v, %+v, %v", m.Unit, task, err)
	}
	if _, _, err := MetricOf(run, results.PaperRatio); err == nil {
		t.Error("FLOPs are a metric")
	}
	run.Config[0].Value = "yes"
	if _, err := OverSeeds(run); err == nil || !strings.Contains(err.Error(), `"yes"`) {
		t.Errorf("positive yes: %v", err)
	}
}
