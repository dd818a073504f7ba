package main

import (
	"fmt"
	"strings"
)

// questions are pairs of which what differs has a name.
var questions = []struct{ method, rival, asks string }{
	{"threshold", "topk:rates", "learned thresholds or a searched schedule"},
	{"threshold", "calibrated", "thresholds learned or calibrated on unlabelled text"},
	{"threshold", "calibrated:rates", "thresholds learned, or searched with training for all lengths"},
	{"topk:rates", "topk:start=1", "a searched schedule, with training for all lengths, or a straight line"},
	{"topk:rates", "calibrated:rates", "a searched schedule by count or by threshold"},
	{"topk:rates", "lengthdrop", "the schedule searched or the same share in every layer"},
	{"dynamicvit:decide=threshold", "dynamicvit", "ragged counts or fixed ones"},
	{"evit:fuse=mean", "evit", "a fused row or none"},
	{"threshold+budget", "threshold", "the budget as an objective or a steered mask"},
	{"topk:start=1+weight", "topk:start=1+token-labels", "early tokens weighed more or all alike"},
}

// pairs is the table of the questions: one claim for each text.
func (s *study) pairs() (string, error) {
	var b strings.Builder
	b.WriteString("| method | minus | what differs | SST-2 at 0.5 | SST-2 at 0.7 | MRPC at 0.5 |\n|:--|:--|:--|--:|--:|--:|\n")
	answers := map[string]cell{}
	for name, run := range map[string]*record{"SST-2": s.test, "MRPC": s.mrpc} {
		var pairs [][2]string
		for _, q := range questions {
			pairs = append(pairs, [2]string{q.method, q.rival})
		}
		cells, err := ask(run, pairs, budgetsOf[name])
		if err != nil {
			return "", err
		}
		for _, c := range cells {
			answers[name+c.budget+c.method+c.rival] = c
		}
	}
	for _, q := range questions {
		fmt.Fprintf(&b, "| %s | %s | %s |", code(q.method), code(q.rival), q.asks)
		for _, where := range []string{"SST-20.5", "SST-20.7", "MRPC0.5"} {
			fmt.Fprintf(&b, " %s |", difference(answers[where+q.method+q.rival].answer))
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}
