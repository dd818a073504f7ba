package hw

import (
	"errors"
	"strings"
	"testing"
)

// A device is not opened with fewer threads than none.
func TestOpenThreads(t *testing.T) {
	opened := errors.New("opened")
	Register(Driver{Name: "test", Open: func(string, Options) (Device, error) { return nil, opened }})
	defer delete(drivers, "test")
	if _, err := Open("test", Options{Threads: -5}); err == nil || !strings.Contains(err.Error(), "--threads) -5") {
		t.Errorf("-5 threads: %v", err)
	}
	if _, err := Open("test", Options{}); err != opened {
		t.Errorf("as many threads as processors: %v", err)
	}
}
