package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"ltpbench/hw"
	"ltpbench/internal/machine"
	"ltpbench/results"
)

// opens opens the device twice and reports how long that took: the first time its kernels
// are compiled, unless a cache has them.
func opens(o *options, out, log io.Writer) error {
	var record *results.Writer
	for i := range 2 {
		begin := time.Now()
		d, err := hw.Open(o.device, hw.Options{})
		if err != nil {
			return err
		}
		seconds := time.Since(begin).Seconds()
		info := d.Info()
		config := slices.Concat(machine.Device(d), machine.Program("card"))
		err = d.Sync()
		d.Close()
		if err != nil {
			return err
		}
		if record == nil {
			if record, err = results.Create(o.record, config); err != nil {
				return err
			}
			defer record.Close()
			fmt.Fprintf(out, "%s: %s, %s\n", info.Name, info.Model, info.Kernel)
		}
		if err := record.Add(results.Point{Name: "Open", Keys: []results.Key{{Name: "time", Value: strconv.Itoa(i + 1)}}, Values: []results.Value{{Unit: "sec/open", Value: seconds}}}); err != nil {
			return err
		}
		fmt.Fprintf(out, "opened in %.2f s\n", seconds)
	}
	return nil
}
