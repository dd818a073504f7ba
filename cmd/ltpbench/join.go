package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/bench/plan"
	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

type joinCmd struct {
	Paths   []string `arg:"" name:"run" help:"Folders of runs of one plan but for its seeds: the same model, text and device."`
	Out     string   `short:"o" required:"" help:"New folder for the joined run." placeholder:"DIR"`
	Counted bool     `help:"Leave times out. Then the runs may be of different machines."`
}

// Help is printed below the command's purpose.
func (joinCmd) Help() string {
	return `Runs of single seeds, perhaps from several machines, become one run whose tables, figures and verdicts are over seeds. Every
line and prediction keeps its seed. A run may lack times, but no points.

Example:
  ltpbench join MRPC-seed1 MRPC-seed2 MRPC-seed3 -o MRPC`
}

// planFile is the plan beside a run's record.
const planFile = "plan.toml"

// Run joins the runs and prints what it joined.
func (c *joinCmd) Run(o *output) error {
	if err := atomicfile.Free(c.Out); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	runs, err := openRuns(o, c.Paths)
	if err != nil {
		return err
	}
	if len(runs) < 2 {
		return errUsage{errors.New("joining needs at least two runs")}
	}
	all, err := results.Join(runs, c.Counted)
	if err != nil {
		return err
	}
	p, err := joinPlans(runs)
	if err != nil {
		return err
	}
	for i := range all.Config {
		if all.Config[i].Name == "plan" {
			all.Config[i].Value = p.Hash()
		}
	}
	err = atomicfile.Folder(c.Out, func(dir string) error {
		return errors.Join(all.Save(dir), atomicfile.Write(filepath.Join(dir, planFile), p.Text()))
	})
	if err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	kept := ""
	if c.Counted {
		kept = ", without times"
	}
	fmt.Fprintf(o.out, "%s: %s on %s with %s, seeds %s%s, of %s\n", c.Out, all.Get(results.KeyModel), all.Get(results.KeyTask), all.Get(results.KeyDevice), all.Get(results.KeySeeds), kept, all.Get(results.KeyJoined))
	return nil
}

// joinPlans returns the plan of all the runs' seeds. It is an error if the plans beside their records differ in more than seeds
// and devices.
func joinPlans(runs []*results.Run) (plan.Plan, error) {
	var all plan.Plan
	for i, run := range runs {
		path := filepath.Join(filepath.Dir(run.Path), planFile)
		p, err := plan.Read(path)
		if errors.Is(err, fs.ErrNotExist) {
			return all, fmt.Errorf("%s is missing: only runs of plans of one model, text and device can be joined, with the plan beside the record", path)
		}
		if err != nil {
			return all, err
		}
		if i == 0 {
			all = p
			continue
		}
		own := p
		own.Seeds, own.Devices = all.Seeds, all.Devices
		if !bytes.Equal(own.Text(), all.Text()) {
			return all, fmt.Errorf("%s differs from that of %s in more than seeds: %s", path, runs[0].Name(), firstDifference(all.Text(), own.Text()))
		}
		all.Seeds = append(slices.Clone(all.Seeds), p.Seeds...)
		for _, d := range p.Devices {
			if !slices.Contains(all.Devices, d) {
				all.Devices = append(slices.Clone(all.Devices), d)
			}
		}
	}
	return all, nil
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("%q and %q", x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}
