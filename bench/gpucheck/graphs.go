package gpucheck

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/model"
)

// Graphs times the first and the last point one text at a time, with CUDA Graphs and
// without, by the host's clock up to Sync. A text has been run before it is timed,
// so that its graphs are there. On a simulated device, or without a budget, a text
// runs and no figure is given.
func (c *Check) Graphs(w io.Writer, d hw.Device) (bool, error) {
	kind, variant, _ := strings.Cut(c.Device, ":")
	if kind != "cuda" || strings.HasSuffix(variant, "eager") {
		fmt.Fprintln(w, "left out: this device has no CUDA Graphs")
		return true, nil
	}
	eager, err := hw.Open(kind+":"+strings.TrimPrefix(variant+",eager", ","), hw.Options{})
	if err != nil {
		return false, err
	}
	defer eager.Close()
	timing := clock.Clock{Batching: eval.Batching{Sequences: 1}, Rounds: 7, Examples: 32}
	figures := !d.Info().Simulated && c.Budget > 0
	if !figures {
		timing.Rounds, timing.Examples = 2, 1
	}
	for _, i := range []int{0, len(c.Points) - 1} {
		p := &c.Points[i]
		weights, err := p.Weights()
		if err != nil {
			return false, err
		}
		var subjects []clock.Subject
		for _, on := range []hw.Device{d, eager} {
			e, err := model.New(on, weights)
			if err != nil {
				return false, err
			}
			defer e.Close()
			subjects = append(subjects, clock.Subject{Encoder: e, Rule: p.Rule})
		}
		times, _, err := timing.Run(context.Background(), subjects, c.Examples)
		if err != nil {
			return false, err
		}
		if figures {
			with, without := middle(times[0].Rounds), middle(times[1].Rounds)
			n := float64(min(timing.Examples, len(c.Examples)))
			fmt.Fprintf(w, "%-40.40s %8.0f us a text with graphs, %8.0f without: %.2f times as fast\n", p.Rule.Spec(), 1e6*with/n, 1e6*without/n, without/with)
		}
	}
	if !figures {
		fmt.Fprintln(w, "both have run; times are not measured")
	}
	return true, nil
}

// middle is the median; list is sorted.
func middle(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
