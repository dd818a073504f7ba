package model

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
)

// file puts a safetensors file together from its header and so many bytes of payload.
func file(header string, payload int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, payload)...)
}

func TestReadTensorsRefuses(t *testing.T) {
	const good = `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`
	if got, err := ReadTensors(file(good, 8)); err != nil || len(got["a"].Data) != 2 {
		t.Fatalf("%v %v", got, err)
	}
	nan := file(good, 8)
	binary.LittleEndian.PutUint32(nan[len(nan)-4:], math.Float32bits(float32(math.NaN())))
	inf := file(`{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, 2)
	inf[len(inf)-1] = 0x7c
	huge := file(good, 8)
	binary.LittleEndian.PutUint64(huge, math.MaxUint64)
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "8 bytes"},
		"cut in header":   {file(good, 8)[:30], "whole"},
		"cut in payload":  {file(good, 7), "whole"},
		"too long":        {file(good, 9), "whole"},
		"huge header":     {huge, "whole"},
		"not JSON":        {file(`{"a":`, 0), "whole"},
		"size overflow":   {file(`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`, 0), "whole"},
		"huge empty":      {file(`{"a":{"dtype":"F32","shape":[4294967296,0],"data_offsets":[0,0]}}`, 0), "dimension"},
		"overlap":         {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "whole"},
		"shape and size":  {file(`{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`, 8), "whole"},
		"offsets swapped": {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}`, 8), "whole"},
		"other type":      {file(`{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, 8), "tensor a: stored as I64"},
		"unknown type":    {file(`{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,8]}}`, 8), "whole"},
		"NaN":             {nan, "tensor a: element 1 is NaN"},
		"infinite":        {inf, "tensor a: element 0 is +Inf"},
	} {
		if _, err := ReadTensors(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Written bytes are the same on repeat, aligned, and come back rounded to the type.
func TestWriteTensors(t *testing.T) {
	tensors := map[string]Tensor{
		"b": {[]int{3}, []float32{1, -0.1, 65504}},
		"a": {[]int{2, 2}, []float32{0, 1e-7, -3, 0.333}},
		"c": {[]int{0, 4}, nil},
	}
	for _, as := range []Type{F32, F16, BF16} {
		var one, two bytes.Buffer
		for _, w := range []*bytes.Buffer{&one, &two} {
			if err := WriteTensors(w, tensors, as); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: not the same bytes twice", as)
		}
		if n := binary.LittleEndian.Uint64(one.Bytes()); n%8 != 0 {
			t.Errorf("%s: data begin at %d", as, 8+n)
		}
		got, err := ReadTensors(one.Bytes())
		if err != nil || len(got) != len(tensors) {
			t.Fatal(as, err)
		}
		for name, want := range tensors {
			for i, v := range want.Data {
				if got[name].Data[i] != as.Round(v) || !(math.Abs(float64(got[name].Data[i]-v)) <= 0.004*math.Abs(float64(v))+1e-7) {
					t.Errorf("%s %s[%d]: %g became %g", as, name, i, v, got[name].Data[i])
				}
			}
		}
	}
	for _, bad := range []float32{65520, float32(math.Inf(-1)), float32(math.NaN())} {
		tensors["a"].Data[0] = bad
		if err := WriteTensors(&bytes.Buffer{}, tensors, F16); err == nil || !strings.Contains(err.Error(), "tensor a: element 0") {
			t.Errorf("%g as F16: %v", bad, err)
		}
	}
	if err := WriteTensors(&bytes.Buffer{}, nil, "F64"); err == nil {
		t.Error("F64 was taken")
	}
}

// All 65,536 halves survive widening and rounding, and values between two go to the nearer or the even one.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		f := fromHalf(uint16(h))
		if f != f {
			if g := toHalf(f); g&0x7c00 != 0x7c00 || g&0x3ff == 0 {
				t.Fatalf("%04x: NaN became %04x", h, g)
			}
			continue
		}
		if g := toHalf(f); g != uint16(h) {
			t.Fatalf("%04x is %g and became %04x", h, f, g)
		}
		if next := fromHalf(uint16(h + 1)); h&0x7fff < 0x7bff {
			middle := float32((float64(f) + float64(next)) / 2)
			if g, even := toHalf(middle), uint16(h+h&1); g != even {
				t.Fatalf("between %g and %g: %04x, want %04x", f, next, g, even)
			}
			if g := toHalf(math.Nextafter32(middle, next)); g != uint16(h+1) {
				t.Fatalf("above the middle of %g and %g: %04x", f, next, g)
			}
		}
	}
	for f, want := range map[float32]uint16{1: 0x3f80, 1.00390625: 0x3f80, 1.01171875: 0x3f82, -2: 0xc000, math.MaxFloat32: 0x7f80} {
		if got := toBrain(f); got != want {
			t.Errorf("%g as BF16: %04x, want %04x", f, got, want)
		}
	}
	if b := toBrain(math.Float32frombits(0x7f800001)); b&0x7f == 0 {
		t.Errorf("NaN became %04x", b)
	}
}

// Whatever the bytes, reading ends in tensors that fill their shapes or in an error.
func FuzzReadTensors(f *testing.F) {
	f.Add(file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8))
	f.Add(file(`{"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}`, 2))
	f.Add(file(`{"a":{"dtype":"F16","shape":[0,18446744073709551615],"data_offsets":[0,0]}}`, 0))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, '{'})
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, err := ReadTensors(data)
		if err != nil {
			return
		}
		for name, x := range tensors {
			if Elements(x.Shape) != len(x.Data) {
				t.Errorf("%q: shape %v, %d elements", name, x.Shape, len(x.Data))
			}
		}
		var w bytes.Buffer
		if err := WriteTensors(&w, tensors, F32); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadTensors(w.Bytes()); err != nil || len(again) != len(tensors) {
			t.Error(err)
		}
	})
}
