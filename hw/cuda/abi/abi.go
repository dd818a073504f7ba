// Package abi holds abi.h, the part of CUDA that package cuda calls, as one
// header of our own for the shim and for the simulated device.
package abi

import _ "embed"

// Header is the text of abi.h.
//
//go:embed abi.h
var Header string
