package text

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// largest is a bound of what a page's data decompresses to, found without much memory.
func largest(codec format.CompressionCodec, data []byte) int64 {
	switch codec {
	case format.Snappy:
		n, _ := binary.Uvarint(data)
		return int64(min(n, 1<<40))
	case format.Gzip:
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return 0 // the decoder will report it
		}
		n, _ := io.Copy(io.Discard, io.LimitReader(z, mostPage+1<<18))
		return n
	default:
		return zstdBound(data)
	}
}

// zstdBound adds up the blocks of Zstandard's frames (RFC 8878, section 3.1.1), each of which has 128 KiB at most.
func zstdBound(b []byte) (total int64) {
	for len(b) >= 6 {
		magic, descriptor := binary.LittleEndian.Uint32(b), b[4]
		if magic&^15 == 0x184d2a50 { // a frame to be skipped
			if len(b) < 8 || int64(binary.LittleEndian.Uint32(b[4:]))+8 > int64(len(b)) {
				return total
			}
			b = b[8+binary.LittleEndian.Uint32(b[4:]):]
			continue
		}
		if magic != 0xfd2fb528 {
			return total
		}
		single := int(descriptor >> 5 & 1)
		width := [4]int{single, 2, 4, 8}[descriptor>>6]
		head := 6 - single + [4]int{0, 1, 2, 4}[descriptor&3] + width
		if len(b) < head {
			return total
		}
		content := uint64(0) // that the frame claims, and the decoder believes
		for i := range width {
			content |= uint64(b[head-width+i]) << (8 * i)
		}
		if content > mostPage {
			return 1 << 40
		}
		b = b[head:]
		for last := int64(0); last == 0 && len(b) >= 3; {
			block := int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16
			kind, n := block>>1&3, block>>3
			last = block & 1
			if kind < 2 { // as it is, or one byte repeated
				total += n
			} else {
				total += 1 << 17
			}
			if kind == 1 {
				n = 1
			}
			if b = b[3:]; n > int64(len(b)) {
				return total
			}
			b = b[n:]
		}
		if descriptor>>2&1 == 1 { // a checksum
			b = b[min(4, len(b)):]
		}
	}
	return total
}
