//go:build !linux

package cpu

// Elsewhere memory is Go's, and the garbage collector's once nothing refers to it.
func pages(n int) []float32 { return make([]float32, n) }

func unmap([]float32) {}

func hugePages([]float32) {}
