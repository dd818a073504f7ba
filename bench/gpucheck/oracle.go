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
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// roundings is how many distances between neighbouring numbers of a compute type the
// logits of the oracle's networks may lie from float64's where a type has fewer digits
// than float32.
const roundings = 8

// Oracle compares logits and kept tokens of the oracle's networks with float64's. In
// float32 every set must be the same. In a type with fewer digits a score close to its
// threshold may fall on the other side: such sequences are counted and not compared,
// and what was decided is checked in the part on agreement.
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
			exact := d.Info().Type == hw.F32
			if !exact {
				tolerance = max(tolerance, roundings*hwtest.Eps(d.Info().Type))
			}
			verdict := "ok"
			if !(worst <= tolerance) || exact && sets > 0 {
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

// compare returns the largest error of a logit among the sequences that keep the same
// tokens in every layer, and how many sets differ.
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
		others := 0
		for layer := range e.Config.Layers {
			seqs, positions := runner.Last().Kept(layer)
			if b < len(want.Kept) && !slices.Equal(positions[seqs[b]:seqs[b+1]], want.Kept[b][layer]) {
				others++
			}
		}
		if sets += others; others > 0 {
			continue
		}
		for j, x := range row {
			worst = worse(worst, math.Abs(float64(logits[b][j])-x))
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
