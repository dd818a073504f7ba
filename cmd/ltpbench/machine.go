package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/mattn/go-isatty"

	"ltpbench/hw"
	"ltpbench/results"
)

// machine is what a record says of where it was made.
func machine(d hw.Device) []results.Key {
	info := d.Info()
	model := "cpu"
	if info.Threads == 0 {
		model = "gpu"
	}
	return append([]results.Key{
		{Name: "device", Value: info.Name}, {Name: "kernel", Value: info.Kernel}, {Name: model, Value: info.Model},
		{Name: "type", Value: string(info.Type)}, {Name: "threads", Value: fmt.Sprint(info.Threads)},
	}, about()...)
}

// about is what a record says of the program that made it.
func about() []results.Key {
	return []results.Key{
		{Name: "goos", Value: runtime.GOOS}, {Name: "goarch", Value: runtime.GOARCH}, {Name: "go", Value: runtime.Version()},
		{Name: "build", Value: build()}, {Name: "command", Value: command()},
	}
}

// command is this program's command line.
func command() string { return "ltpbench " + strings.Join(os.Args[1:], " ") }

// build is the commit that this program was built from, where Go knows it.
func build() string {
	revision, modified := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = "+changes"
			}
		}
	}
	return revision + modified
}

func terminal(w io.Writer) bool {
	if c, ok := w.(*checked); ok {
		w = c.Writer
	}
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
