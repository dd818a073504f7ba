// Package machine provides the keys of a record that describe the machine and the program.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"ltpbench/hw"
	"ltpbench/results"
)

// Device returns the keys that describe the device.
func Device(d hw.Device) []results.Key {
	info := d.Info()
	model := "cpu"
	if info.Threads == 0 {
		model = "gpu"
	}
	return []results.Key{
		{Name: "device", Value: info.Name}, {Name: "kernel", Value: info.Kernel}, {Name: model, Value: info.Model},
		{Name: "type", Value: string(info.Type)}, {Name: "threads", Value: fmt.Sprint(info.Threads)},
	}
}

// Program returns the keys that describe the program of that name.
func Program(name string) []results.Key {
	return []results.Key{
		{Name: "goos", Value: runtime.GOOS}, {Name: "goarch", Value: runtime.GOARCH}, {Name: "go", Value: runtime.Version()},
		{Name: "build", Value: Build()}, {Name: "command", Value: Command(name)},
	}
}

// Command is this program's command line, called by that name, as a shell reads it.
func Command(name string) string { return name + " " + quoted(os.Args[1:]) }

// quoted joins arguments, those in quotes that a shell would take apart or change.
func quoted(args []string) string {
	list := make([]string, len(args))
	for i, arg := range args {
		list[i] = arg
		if strings.Trim(arg, plain) != "" || arg == "" {
			list[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(list, " ")
}

// plain are the characters that a shell leaves alone.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// revision is what a linker says where Go finds no commit, as in a linked working tree:
// -ldflags "-X ltpbench/internal/machine.revision=abc123".
var revision = "unknown"

// Build is the commit that this program was built from, where Go or the linker knows it.
func Build() string {
	revision, modified := revision, ""
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
