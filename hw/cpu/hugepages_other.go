//go:build !linux

package cpu

func hugePages(x []float32) {}
