//go:build cuda && cgo

package cuda

import (
	"slices"
	"strings"
	"testing"
	"unsafe"

	"ltpbench/hw"
)

// peek looks into a simulated card's memory, which is the host's, and waits for nothing.
func peek(m hw.Mat) float32 {
	address := at(m)
	return **(**float32)(unsafe.Pointer(&address))
}

// TestStartRead: a read that is started returns what the list held then and waits for
// that alone, though what was requested after it is in the stream by then.
func TestStartRead(t *testing.T) {
	d := inside(t, "")
	list, long, x, s := d.Ints(3), d.Ints(half/4+1), d.Floats(4, 8), d.Floats(4, 1)
	ones := slices.Repeat([]float32{1}, 32)
	d.Write(s, []float32{2, 2, 2, 2})
	for _, want := range [][]int32{{1, 2, 3}, {4, 5, 6}} {
		d.Write(x, ones)
		if err := d.Sync(); err != nil {
			t.Fatal(err)
		}
		got, one := make([]int32, 3), make([]int32, 1)
		d.WriteInts(list, want)
		d.StartRead(list)
		d.ReadInts(one, long.Top(1)) // another read between
		d.Scale(x, x, s)
		d.FinishRead(got)
		if early := d.simulated && peek(x) != 1; !slices.Equal(got, want) || d.script.calls != 0 || early {
			t.Errorf("reads %v, want %v; %d calls are not in the stream; the scaling was waited for: %v", got, want, d.script.calls, early)
		}
		if x := read(t, d, x); x[0] != 2 {
			t.Errorf("what came after the read was lost: %v, want 2", x[0])
		}
	}
	values, got := make([]int32, long.N), make([]int32, long.N)
	for i := range values {
		values[i] = int32(i)
	}
	d.WriteInts(long, values)
	if d.StartRead(long); !slices.Equal(got, make([]int32, long.N)) {
		t.Error("a read is finished before FinishRead")
	}
	if d.FinishRead(got); !slices.Equal(got, values) {
		t.Error("a list that is longer than the pinned memory is read wrong")
	}
}

// TestStartReadFails: a call that fails after StartRead fails before FinishRead waits,
// and leaves its list alone; so does a read that is started after an error.
func TestStartReadFails(t *testing.T) {
	d := inside(t, "")
	list, got := d.Ints(2), []int32{7, 7}
	d.StartRead(list)
	d.script.words, d.script.calls = []uint64{77}, 1 // no such call
	d.FinishRead(got)
	if err := d.Sync(); err == nil || !strings.Contains(err.Error(), "no call 77") || got[0] != 7 {
		t.Errorf("%v; the list is %v", err, got)
	}
	d.StartRead(list)
	if d.FinishRead(got); got[0] != 7 {
		t.Errorf("after an error the list is %v", got)
	}
}
