//go:build !linux

package clock

// Peak is not known on this system.
func Peak() (int64, bool) { return 0, false }
