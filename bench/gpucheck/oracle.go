package gpucheck

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Oracle holds logits and kept tokens of the oracle's networks against float64.
func (c *Check) Oracle(w io.Writer, d hw.Device) (bool, error) {
	if c.Networks == "" {
		fmt.Fprintln(w, "left out: no folder with the oracle's networks is given (--oracle)")
		return true, nil
	}
	folders, err := os.ReadDir(c.Networks)
	if err != nil {
		return false, err
	}
	good := true
	for _, f := range folders {
		n, err := oracle.Read(filepath.Join(c.Networks, f.Name()))
		if err != nil {
			return false, err
		}
		checkpoint, err := model.Load(n.Dir)
		if err != nil {
			return false, err
		}
		e, err := model.New(d, checkpoint)
		if err != nil {
			return false, err
		}
		defer e.Close()
		for spec, want := range answers(&n.Cases) {
			worst, sets, err := compare(e, &n, spec, want)
			if err != nil {
				return false, fmt.Errorf("%s, %s: %w", n.Name, spec, err)
			}
			tolerance, err := n.Cases.Tolerable("logits")
			if err != nil {
				return false, err
			}
			verdict := "ok"
			if !(worst <= tolerance) || sets > 0 {
				verdict, good = "WRONG", false
			}
			fmt.Fprintf(w, "%-22s %-40.40s largest error of a logit %.1e (allowed %.1e), %d other kept sets: %s\n", n.Name, spec, worst, tolerance, sets, verdict)
		}
	}
	return good, nil
}

// answers lists the rules that the oracle has answers for.
func answers(c *oracle.Cases) map[string]oracle.Answer {
	all := map[string]oracle.Answer{"none": c.None, fmt.Sprintf("relative:t=%v", c.Relative.T): c.Relative}
	for rate, a := range c.TopK {
		all["topk:rate="+rate] = a
	}
	for rate, a := range c.TopKStart1 {
		all["topk:rate="+rate+",start=1"] = a
	}
	for divisor, a := range c.Threshold {
		all["threshold:theta="+strings.Trim(strings.ReplaceAll(fmt.Sprint(a.Theta), " ", ":"), "[]")+",divisor="+divisor] = a
	}
	return all
}

// compare returns the largest error of a logit and how many kept sets differ.
func compare(e *model.Encoder, n *oracle.Net, spec string, want oracle.Answer) (worst float64, sets int, err error) {
	rule, err := pruners.Parse(spec)
	if err != nil {
		return 0, 0, err
	}
	runner := eval.NewRunner(e, rule, model.Options{FullLastLayer: true})
	defer runner.Close()
	logits, err := runner.Logits(n.Cases.Pack())
	if err != nil {
		return 0, 0, err
	}
	for b, row := range want.Logits {
		for j, x := range row {
			worst = worse(worst, math.Abs(float64(logits[b][j])-x))
		}
	}
	for layer := range e.Config.Layers {
		seqs, positions := runner.Last().Kept(layer)
		for b := range want.Kept {
			if !slices.Equal(positions[seqs[b]:seqs[b+1]], want.Kept[b][layer]) {
				sets++
			}
		}
	}
	return worst, sets, nil
}

// worse is the larger of two errors; NaN is the worst.
func worse(a, b float64) float64 {
	if a != a || b != b {
		return math.NaN()
	}
	return max(a, b)
}
