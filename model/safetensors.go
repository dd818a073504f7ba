package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/nlpodyssey/safetensors"
)

// Tensor is a dense array of float32 on the host, row-major.
type Tensor struct {
	Shape []int
	Data  []float32 // as many as the product of Shape
}

// Elements is the product of a shape.
func Elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Type is the number format in which a file stores weights.
type Type string

// The types that can be read and written.
const (
	F32  Type = "F32"
	F16  Type = "F16"
	BF16 Type = "BF16"
)

func (t Type) stored() (safetensors.DType, bool) {
	switch t {
	case F32:
		return safetensors.F32, true
	case F16:
		return safetensors.F16, true
	case BF16:
		return safetensors.BF16, true
	}
	return 0, false
}

// stored is one tensor of a file, not yet converted.
type stored struct {
	shape []int
	kind  safetensors.DType
	bytes []byte
}

// readStored opens a safetensors file held in memory, without converting anything. A truncated or
// hostile file is an error: every offset, size and shape is checked before use.
func readStored(data []byte) (map[string]stored, error) {
	if len(data) < 8 {
		return nil, errors.New("not a safetensors file: shorter than its first 8 bytes; fetch it again")
	}
	st, err := safetensors.Deserialize(data)
	if err != nil {
		return nil, fmt.Errorf("not a whole safetensors file (%w); fetch it again", err)
	}
	all := make(map[string]stored, st.Len())
	for _, t := range st.Tensors() {
		s := stored{kind: t.TensorView.DType(), bytes: t.TensorView.Data()}
		for _, d := range t.TensorView.Shape() {
			if d > math.MaxInt32 {
				return nil, fmt.Errorf("tensor %s: dimension %d is too large", t.Name, d)
			}
			s.shape = append(s.shape, int(d))
		}
		all[t.Name] = s
	}
	if len(all) != st.Len() {
		return nil, errors.New("two tensors of one name; write the file again")
	}
	return all, nil
}

// convert makes a Tensor with its own memory. It refuses other types than F64, F32, F16 and BF16, and
// numbers that are not finite.
func (s stored) convert() (Tensor, error) {
	le := binary.LittleEndian
	t := Tensor{Shape: slices.Clone(s.shape), Data: make([]float32, Elements(s.shape))}
	switch s.kind {
	case safetensors.F32:
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(le.Uint32(s.bytes[4*i:]))
		}
	case safetensors.F16:
		for i := range t.Data {
			t.Data[i] = fromHalf(le.Uint16(s.bytes[2*i:]))
		}
	case safetensors.BF16:
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(uint32(le.Uint16(s.bytes[2*i:])) << 16)
		}
	case safetensors.F64:
		for i := range t.Data {
			t.Data[i] = float32(math.Float64frombits(le.Uint64(s.bytes[8*i:])))
		}
	default:
		return Tensor{}, fmt.Errorf("stored as %s: convert the file to F32, F16 or BF16", s.kind)
	}
	for i, v := range t.Data {
		if v-v != 0 {
			return Tensor{}, fmt.Errorf("element %d is %g: weights must be finite; the file or the training that made it is broken", i, v)
		}
	}
	return t, nil
}

// ReadTensors reads a whole safetensors file held in memory. The tensors own their memory.
func ReadTensors(data []byte) (map[string]Tensor, error) {
	all, err := readStored(data)
	if err != nil {
		return nil, err
	}
	tensors := make(map[string]Tensor, len(all))
	for name, s := range all {
		if tensors[name], err = s.convert(); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", name, err)
		}
	}
	return tensors, nil
}

// WriteTensors writes a safetensors file: names sorted, data aligned to 8 bytes, the same bytes for the
// same tensors. Rounding to F16 or BF16 is to nearest even; a value that is not finite after it is an error.
// A Tensor whose Data does not fill its Shape is a caller's bug and panics.
func WriteTensors(w io.Writer, tensors map[string]Tensor, as Type) error {
	kind, ok := as.stored()
	if !ok {
		return fmt.Errorf("type %q: use %s, %s or %s", as, F32, F16, BF16)
	}
	views := make(map[string]view, len(tensors))
	for name, t := range tensors {
		if Elements(t.Shape) != len(t.Data) {
			panic("model: WriteTensors of a tensor whose data does not fill its shape")
		}
		for i, v := range t.Data {
			if v = as.Round(v); v-v != 0 {
				return fmt.Errorf("tensor %s: element %d, %g, cannot be stored as %s", name, i, t.Data[i], as)
			}
		}
		views[name] = view{t, kind}
	}
	return safetensors.SerializeToWriter(views, map[string]string{"format": "pt"}, w)
}

// Round is what reading gives back after v was written as this type.
func (t Type) Round(v float32) float32 {
	switch t {
	case F16:
		return fromHalf(toHalf(v))
	case BF16:
		return math.Float32frombits(uint32(toBrain(v)) << 16)
	}
	return v
}

// view shows a Tensor to the writer, which asks for one tensor's bytes at a time.
type view struct {
	t    Tensor
	kind safetensors.DType
}

func (v view) DType() safetensors.DType { return v.kind }
func (v view) DataLen() uint64          { return uint64(len(v.t.Data)) * v.kind.Size() }

func (v view) Shape() []uint64 {
	shape := make([]uint64, len(v.t.Shape))
	for i, d := range v.t.Shape {
		shape[i] = uint64(d)
	}
	return shape
}

func (v view) Data() []byte {
	b := make([]byte, 0, v.DataLen())
	for _, x := range v.t.Data {
		switch v.kind {
		case safetensors.F16:
			b = binary.LittleEndian.AppendUint16(b, toHalf(x))
		case safetensors.BF16:
			b = binary.LittleEndian.AppendUint16(b, toBrain(x))
		default:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	return b
}
