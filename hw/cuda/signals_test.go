//go:build cuda && cgo

package cuda

import (
	"errors"
	"runtime"
	"testing"

	"ltpbench/hw"
)

// recovers has a kernel fault and a nil pointer of Go's take turns: the simulated
// device's handlers have to tell one from the other.
func recovers() error {
	for range 3 {
		if err := roles["stray"](); err == nil {
			return errors.New("a stray access went unnoticed")
		}
		if err := dereference(nil); err == nil {
			return errors.New("a nil pointer went unnoticed")
		}
	}
	return nil
}

func dereference(p *hw.Info) (err error) {
	defer func() {
		if r, ok := recover().(runtime.Error); ok {
			err = r
		}
	}()
	p.Threads++
	return nil
}

func init() { roles["recovers"] = recovers }

// TestSignals: after kernel faults in a process Go still recovers from its own, and
// a new device works.
func TestSignals(t *testing.T) {
	if text, ok := another(t, "recovers"); !ok {
		t.Error(text)
	}
}
