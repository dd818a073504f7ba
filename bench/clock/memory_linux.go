package clock

import (
	"bytes"
	"os"
	"strconv"
)

// Peak is the largest resident memory of this process so far, in bytes: VmHWM of
// /proc/self/status; false where the system does not report it.
func Peak() (int64, bool) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	_, after, found := bytes.Cut(text, []byte("VmHWM:"))
	fields := bytes.Fields(after)
	if !found || len(fields) < 2 {
		return 0, false
	}
	kib, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kib << 10, err == nil
}
