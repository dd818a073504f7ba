package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"ltpbench/results/report"
)

// exportFlags say how and where a report is written.
type exportFlags struct {
	Format string `help:"One of ${formats}. Default: by the extension of -o, else text." enum:",${formats}" default:"" placeholder:"NAME"`
	Width  int    `help:"Width of a text table in characters; 0: unlimited. Columns that do not fit are hidden and listed. Default: the terminal's width, unlimited for files and pipes." default:"-1" placeholder:"N"`
	Out    string `short:"o" help:"File to write instead of standard output." placeholder:"FILE"`
}

// check reports early what write could not do.
func (c *exportFlags) check() error {
	if c.Width < -1 {
		return errUsage{fmt.Errorf("--width %d: a number of characters, or 0", c.Width)}
	}
	return writable(c.Out)
}

// write writes a report to -o, or to standard output.
func (c *exportFlags) write(o *output, r *report.Report) error {
	exporter, err := c.exporter(o.out)
	if err != nil {
		return err
	}
	if c.Out == "" {
		return report.Write(o.out, exporter, r)
	}
	var b bytes.Buffer
	if err := report.Write(&b, exporter, r); err != nil {
		return err
	}
	return writeOut(c.Out, b.Bytes())
}

// exporter returns what writes the report: --format, or else the extension of -o, or else
// text as wide as the terminal.
func (c *exportFlags) exporter(w io.Writer) (report.Exporter, error) {
	format, ok := report.OfPath(c.Out)
	if c.Format != "" || !ok {
		name := c.Format
		if name == "" {
			name = "text"
		}
		var err error
		if format, err = report.Lookup(name); err != nil {
			return nil, errUsage{err}
		}
	}
	if _, text := format.Exporter.(report.Text); !text {
		if c.Width > 0 {
			return nil, errUsage{errors.New("--width is for --format text")}
		}
		return format.Exporter, nil
	}
	width := c.Width
	if width < 0 {
		width = 0
		if c.Out == "" {
			width = columns(w)
		}
	}
	return report.Text{Width: width}, nil
}
