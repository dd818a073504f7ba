package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ltpbench/bench/embedded"
	"ltpbench/bench/gpucheck"
	"ltpbench/bench/text"
	"ltpbench/internal/machine"
)

type gpuCheckCmd struct {
	Device   string        `help:"Device, such as cuda, cuda:1 or cuda:bf16." default:"cuda"`
	Oracle   string        `help:"Folder with the reference outputs of small networks: model/testdata/oracle in the source." type:"existingdir"`
	Examples int           `help:"Number of sentences whose logits and kept tokens are compared with the CPU's." default:"200"`
	Points   int           `help:"Number of the embedded model's points to compare; 0: all." default:"0"`
	Time     time.Duration `help:"Total time for timing operations; 0: run each once, untimed." default:"5m"`
	Paper    bool          `help:"Only print the estimate that needs no GPU."`
	Out      string        `help:"File for the report." short:"o" default:"gpu-check.txt"`
}

// Run checks and reports.
func (c *gpuCheckCmd) Run(o *output) error {
	if c.Paper {
		gpucheck.Paper(o.out)
		return nil
	}
	if err := writable(c.Out); err != nil {
		return err
	}
	set, err := embedded.Load()
	if err != nil {
		return err
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		return err
	}
	texts := text.Embedded()
	examples, _, err := text.Tokenize(set.Words, task, texts[:min(len(texts), max(1, c.Examples))], set.Base.Config.MaxLength())
	if err != nil {
		return err
	}
	check := gpucheck.Check{Device: c.Device, Networks: c.Oracle, Points: set.Points, Examples: examples, Budget: c.Time}
	if c.Points > 0 {
		check.Points = check.Points[:min(len(check.Points), c.Points)]
	}
	var report bytes.Buffer
	fmt.Fprintf(&report, "ltpbench gpu-check, build %s, %s\n", machine.Build(), time.Now().UTC().Format(time.RFC3339))
	failed, err := check.Run(io.MultiWriter(&report, o.out))
	if err != nil {
		fmt.Fprintf(&report, "\nthe check could not be finished: %v\n", err)
	}
	if wrote := writeOut(c.Out, report.Bytes()); wrote != nil {
		return errors.Join(err, wrote)
	}
	fmt.Fprintf(o.out, "\nthe report is in %s\n", c.Out)
	switch {
	case err != nil && strings.Contains(err.Error(), "this build has"):
		return errUsage{err}
	case err != nil:
		return err
	case failed > 0:
		return fmt.Errorf("%d of the parts failed; please attach %s to a bug report", failed, c.Out)
	}
	return nil
}
