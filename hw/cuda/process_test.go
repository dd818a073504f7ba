//go:build cuda && cgo

package cuda

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
)

// What is read once for a process, such as the libraries and the seed of the
// simulated device, is tested in a separate process: this test binary again,
// told by this variable what to do.
const role = "LTPBENCH_CUDA_TEST_ROLE"

var roles = map[string]func() error{
	// open tells why the device does not open.
	"open": func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err == nil {
			err = d.Close()
		}
		return err
	},
	// full asks for more memory than there is, and continues.
	"full": func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x := d.Floats(1<<12, 1<<14)
		d.Write(x.Top(1), make([]float32, 1<<14))
		d.Scale(x, x, x.Shape(1<<12, 1))
		return d.Sync()
	},
	// turns has one large matrix after the other in a separate scope.
	"turns": func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		for range 8 {
			s := d.Scope()
			x := s.Floats(1<<10, 1<<14)
			got := make([]float32, 1<<14)
			d.Read(got, x.Top(1))
			for _, v := range got {
				if v != 0 {
					return fmt.Errorf("new memory holds %v", v)
				}
			}
			for i := range got {
				got[i] = 1
			}
			d.Write(x.Top(1), got)
			s.Close()
		}
		return d.Sync()
	},
	// stray gathers a row that lies far outside of its matrix, and continues.
	"stray": func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x, list := d.Floats(4, 8), d.Ints(2)
		d.WriteInts(list, []int32{0, 1 << 28})
		d.Gather(x.Top(2), x, list)
		d.Scale(x, x, x.Shape(4, 1))
		return d.Sync()
	},
	// near gathers a row a little beyond its matrix, inside of what the arena has from the driver.
	"near": func() error {
		d, err := hw.Open("cuda", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x, y, list := d.Floats(4, 8), d.Floats(4, 8), d.Ints(2)
		d.WriteInts(list, []int32{0, 4})
		d.Gather(y.Top(2), x, list)
		return d.Sync()
	},
	// bits prints the bits of everything that a short training comes to.
	"bits": func() error {
		n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
		if err != nil {
			return err
		}
		list, hash, err := losses("cuda", &n, 2)
		for _, x := range list {
			fmt.Printf("%x ", math.Float64bits(x))
		}
		fmt.Println(hash)
		return err
	},
}

// play does what the environment asks for and reports whether it asked for anything.
func play() bool {
	do, ok := roles[os.Getenv(role)]
	if !ok {
		return false
	}
	if err := do(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return true
}

// another runs this binary in a role and returns what it prints.
func another(t *testing.T, as string, environment ...string) (text string, ok bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(append(os.Environ(), role+"="+as), environment...)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("%s hangs; so far: %s", as, out)
	}
	return string(out), err == nil
}
