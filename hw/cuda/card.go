//go:build cuda && cgo

package cuda

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"unsafe"
)

// card is a GPU with its kernels, opened once for the whole process; every device
// on it has its own memory and stream.
type card struct {
	ordinal      int
	context      C.CUcontext
	name         string
	major, minor int
	processors   int
	simulated    bool // the driver only stands for a card
	arch         int  // what the kernels are compiled for
	kernels      map[string]loaded
	meter        *meter // nil: unmetered explains why
	unmetered    error
}

var cards struct {
	sync.Mutex
	open map[int]*card
}

// openCard returns the card of this number, its kernels compiled and loaded.
func openCard(variant string) (*card, error) {
	if err := libraries(); err != nil {
		return nil, err
	}
	ordinal, known := 0, Cards()
	if variant != "" {
		n, err := strconv.Atoi(variant)
		if err != nil || n < 0 || n >= len(known) {
			return nil, fmt.Errorf("there is no card %q; this machine has: %v", variant, known)
		}
		ordinal = n
	}
	cards.Lock()
	defer cards.Unlock()
	if c := cards.open[ordinal]; c != nil {
		return c, nil
	}
	c, err := newCard(ordinal)
	if err != nil {
		return nil, err
	}
	if cards.open == nil {
		cards.open = map[int]*card{}
	}
	cards.open[ordinal] = c
	return c, nil
}

func newCard(ordinal int) (*card, error) {
	var facts C.shimCard
	if err := failed(C.shimDescribe(C.int(ordinal), &facts)); err != nil {
		return nil, err
	}
	c := &card{
		ordinal: ordinal, name: C.GoString(&facts.name[0]), major: int(facts.major), minor: int(facts.minor),
		processors: int(facts.processors), simulated: facts.simulated != 0, kernels: map[string]loaded{},
	}
	var err error
	if c.arch, err = nvrtc.arch(c.major, c.minor); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if err := failed(C.shimContext(C.int(ordinal), &c.context)); err != nil {
		return nil, err
	}
	c.meter, c.unmetered = metered(ordinal, os.Getenv(Libraries))
	list := on(c.arch)
	cubins, errs := make([][]byte, len(list)), make([]error, len(list))
	var done sync.WaitGroup
	for i, m := range list {
		done.Go(func() { cubins[i], errs[i] = nvrtc.cached(m, c.arch) })
	}
	done.Wait()
	for i, m := range list {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if err := c.load(m, cubins[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// loaded is a kernel that is ready to run, and how many threads its blocks have.
type loaded struct {
	function C.CUfunction
	threads  int
}

// load makes a module's kernels ready to run.
func (c *card) load(m module, cubin []byte) error {
	image := C.CBytes(cubin)
	defer C.free(image)
	var handle C.CUmodule
	if err := failed(C.shimModule(c.context, image, &handle)); err != nil {
		return fmt.Errorf("%s.cu, compiled for sm_%d by NVRTC %d.%d, does not load: %w; is NVRTC newer than the driver? Take the release that nvidia-smi shows", m.file, c.arch, nvrtc.major, nvrtc.minor, err)
	}
	for _, k := range m.kernels {
		s := C.CString(k.name)
		var f C.CUfunction
		err := failed(C.shimFunction(c.context, handle, s, &f))
		C.free(unsafe.Pointer(s))
		if err != nil {
			return fmt.Errorf("%s.cu, kernel %s: %w", m.file, k.name, err)
		}
		c.kernels[k.name] = loaded{f, k.threads}
	}
	return nil
}
