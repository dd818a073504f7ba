package model

import (
	"fmt"
	"io/fs"
	"runtime/debug"
)

// contents is a file that is read once: mapped where the system can do that, so that
// what was read does not stay in memory beside what was made of it.
type contents struct {
	data   []byte
	mapped bool
}

// open opens a file of a file system.
func open(files fs.FS, name string) (c contents, err error) {
	f, err := files.Open(name)
	if err != nil {
		return c, err
	}
	defer f.Close()
	if data, ok := mapFile(f); ok {
		return contents{data, true}, nil
	}
	c.data, err = fs.ReadFile(files, name)
	return c, err
}

// done means that a piece of data will not be read again.
func (c *contents) done(piece []byte) {
	if c.mapped {
		dropPages(piece)
	}
}

// close gives back what is mapped; nothing may refer to data any more.
func (c *contents) close() {
	if c.mapped {
		unmapFile(c.data)
	}
	c.data = nil
}

// read lets f read data. What of a mapped file cannot be read, since it became shorter
// meanwhile or its disk fails, is an error.
func (c *contents) read(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if _, fault := p.(interface{ Addr() uintptr }); !fault || !c.mapped {
				panic(p)
			}
			err = fmt.Errorf("it can't be read to its end (%v); was it changed meanwhile?", p)
		}
	}()
	return f()
}
