package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"ltpbench/hw"
)

// most is how many methods of a part one process makes; the others are made beside it.
const most = 6

// together makes the parts of a study in -jobs processes of this program at a time, a part each, in the parts' order:
// small models leave a card idle most of the time. Of a part with many methods, shares are made beside one another
// first, whose weights the part then finds. Times are not measured.
func together(ctx context.Context, o *options, parts []part, out, log io.Writer) error {
	d, err := hw.Open(o.device, hw.Options{}) // the device's kernels are compiled once, before others need them
	if err != nil {
		return err
	}
	d.Close()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	var (
		lock   sync.Mutex
		wait   sync.WaitGroup
		missed []string
		done   int
	)
	slots := make(chan struct{}, o.jobs)
	one := func(x part, share string) {
		defer func() { <-slots }()
		args := []string{"study", "-untimed", "-only", x.name, "-device", o.device, "-models", o.models, "-o", o.record, "-limit", time.Until(o.deadline).String()}
		if share != "" {
			args = append(args, "-share", share)
		}
		for _, file := range o.plans {
			args = append(args, "-plan", file)
		}
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 20 * time.Second
		text, err := cmd.CombinedOutput()
		lock.Lock()
		defer lock.Unlock()
		fmt.Fprintf(log, "%s", text)
		switch {
		case ctx.Err() != nil:
			missed = append(missed, x.name+": no time was left")
		case err != nil:
			missed = append(missed, fmt.Sprintf("%s: %v", x.name, err))
		case share == "":
			done++
			fmt.Fprintf(out, "%s: made, %.0f s before the limit\n", x.name, time.Until(o.deadline).Seconds())
		}
	}
	for _, x := range parts {
		shares := (len(x.plan.Methods) + most - 1) / most
		for i := range shares {
			if shares > 1 {
				slots <- struct{}{}
				wait.Go(func() { one(x, fmt.Sprintf("%d/%d", i, shares)) })
			}
		}
		slots <- struct{}{}
		wait.Go(func() { one(x, "") })
	}
	wait.Wait()
	return notRun(out, missed, done)
}
