package report

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/printable"
	"ltpbench/internal/registry"
)

// Exporter writes a report in one format.
type Exporter interface {
	Export(w io.Writer, r *Report) error
}

// Format is a registered exporter.
type Format struct {
	Name       string   // as --format takes it
	Extensions []string // of files that have this format, with the dot
	Doc        string   // one sentence
	Exporter
}

var formats = registry.New[Format]("format")

// Register adds a format. It is called from the init function of the format's file, and
// panics if its name or one of its extensions is taken.
func Register(f Format) {
	for _, extension := range f.Extensions {
		if other, ok := OfPath("x" + extension); ok {
			panic("report: formats " + other.Name + " and " + f.Name + " both have the extension " + extension)
		}
	}
	formats.Register(registry.Entry[Format]{Name: f.Name, Doc: f.Doc, Examples: []string{f.Name},
		New: func(registry.Args) (Format, error) { return f, nil }})
}

// Names returns the names of all formats, sorted.
func Names() []string {
	var names []string
	for _, e := range formats.Entries() {
		names = append(names, e.Name)
	}
	return names
}

// Lookup returns the format of that name; an error lists what exists.
func Lookup(name string) (Format, error) {
	f, _, err := formats.Parse(name)
	return f, err
}

// OfPath returns the format that a file's extension stands for, if there is one.
func OfPath(path string) (Format, bool) {
	extension := strings.ToLower(filepath.Ext(path))
	for _, name := range Names() {
		if f, err := Lookup(name); err == nil && slices.Contains(f.Extensions, extension) {
			return f, true
		}
	}
	return Format{}, false
}

// Write writes a report with an exporter. Text of records that would control a terminal is
// made visible.
func Write(w io.Writer, e Exporter, r *Report) error {
	out := printable.NewWriter(w)
	if err := e.Export(out, r); err != nil {
		return err
	}
	return out.Flush()
}
