package main

import (
	"fmt"
	"strings"
)

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
