//go:build !linux

package model

import "io/fs"

func mapFile(fs.File) ([]byte, bool) { return nil, false }
func unmapFile([]byte)               {}
func dropPages([]byte)               {}
