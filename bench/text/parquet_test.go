package text

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/format"
)

const parquets = "testdata/parquet"

// TestParquet: what pyarrow has written, in each compression, page version and encoding, is read as the same rows in
// JSON lines are.
func TestParquet(t *testing.T) {
	for _, name := range []string{"snappy", "zstd", "gzip", "plain", "hub"} {
		same(t, name, Format{})
		same(t, name, Format{Label: "idx"})
	}
	same(t, "hub", Format{Labels: []string{"pos", "neg"}, Model: "M"})
	same(t, "nested", Format{Label: "kind"})
	same(t, "nested", Format{Text: "text", Label: "good"})
	same(t, "nested", Format{Label: "score", Regression: true})
	same(t, "nested", Format{Label: "sets", Several: true})
	same(t, "nested", Format{Label: "tags", Several: true})
	same(t, "nested", Format{Label: "hot", Several: true})
	same(t, "nested", Format{Label: "hot", Several: true, Labels: []string{"a", "b", "c", "d", "e"}, Model: "M"})
}

// same compares a Parquet file with its rows in JSON lines.
func same(t *testing.T, name string, f Format) {
	t.Helper()
	if name == "nested" {
		f.Text = "text"
	}
	task, all, err := ReadFile(filepath.Join(parquets, name+".parquet"), f)
	if err != nil {
		t.Fatalf("%s %+v: %v", name, f, err)
	}
	likely, want, err := ReadFile(filepath.Join(parquets, name+".jsonl"), f)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(all, want) || !slices.Equal(task.Labels, likely.Labels) || len(all) != 120 {
		t.Errorf("%s %+v: %d examples with labels %q; in JSON lines %d with %q", name, f, len(all), task.Labels, len(want), likely.Labels)
	}
}

// The names that the hub's description has for labels are left alone where a model has others.
func TestParquetLabels(t *testing.T) {
	task, all, err := ReadFile(filepath.Join(parquets, "hub.parquet"), Format{Labels: []string{"LABEL_0", "LABEL_1"}, Model: "M"})
	if err != nil || task.Labels[1] != "LABEL_1" || len(all) != 120 {
		t.Errorf("%v, %v", task, err)
	}
}

// What Parquet cannot be read as is an error with a cure.
func TestParquetRefused(t *testing.T) {
	snappy, err := os.ReadFile(filepath.Join(parquets, "snappy.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	nested, err := os.ReadFile(filepath.Join(parquets, "nested.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	huge := func(field string) []byte { // a footer with one list of 2^31-1 structures
		footer := append([]byte(field), 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07)
		return append(binary.LittleEndian.AppendUint32(append([]byte("PAR1"), footer...), uint32(len(footer))), "PAR1"...)
	}
	for _, test := range []struct {
		name string
		data []byte
		f    Format
		want string
	}{
		{"a nested column", nested, Format{Text: "image", Label: "good"}, `column "image" has neither plain values nor lists`},
		{"bytes for text", nested, Format{Text: "good", Label: "kind"}, `"good" is a boolean, not a string`},
		{"a null pair", nested, Format{Text: "text", Pair: "text_pair", Label: "kind"}, `"text_pair" is null`},
		{"a list for a label", nested, Format{Text: "text", Label: "tags"}, "--multi-label"},
		{"no such column", snappy, Format{Label: "stars"}, `there is no "stars": choose --label from "text", "label", "idx"`},
		{"cut", snappy[:len(snappy)-100], Format{}, "it was cut: fetch it again"},
		{"not Parquet", []byte("text,label\na,1\nb,0\n"), Format{}, "it does not begin as Parquet does"},
		{"nothing", nil, Format{}, "too short"},
		{"a schema of 2^31 columns", huge("\x15\x02\x19"), Format{}, "cut"},
		{"2^31 row groups", huge("\x15\x02\x19\x0c\x16\x00\x19"), Format{}, "cut"},
	} {
		test.f.Kind = Parquet
		if _, _, err := read(bytes.NewReader(test.data), "x.parquet", test.f); err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "x.parquet: ") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, _, err := read(io.LimitReader(bytes.NewReader(snappy), 1e6), "x.parquet", Format{}); err == nil || !strings.Contains(err.Error(), "not from a stream") {
		t.Errorf("a stream: %v", err)
	}
}

// TestPages: pages that claim too much, or decompress to too much whatever they claim, are refused before they are read.
func TestPages(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 2*mostPage))
	z.Close()
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58} // no size, then blocks of one byte repeated
	for range 2 * mostPage >> 17 {
		frame = append(frame, 0x02, 0x00, 0x10, 'a')
	}
	claims := []byte{0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0}
	file, err := os.Open(filepath.Join(parquets, "plain.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	opened, _, err := newParquetRows(file)
	if err != nil {
		t.Fatal(err)
	}
	leaf := opened.file.Root().Column("text")
	page := func(uncompressed, compressed int64, body []byte) []byte {
		b := []byte{0x15, 0, 0x15}
		b = binary.AppendVarint(b, uncompressed)
		b = binary.AppendVarint(append(b, 0x15), compressed)
		return append(append(b, 0x2c, 0x15, 2, 0, 0), body...)
	}
	for _, test := range []struct {
		name  string
		codec format.CompressionCodec
		page  []byte
		want  string
	}{
		{"fine", format.Uncompressed, page(10, 10, []byte("\x02\x00\x00\x00\x02\x01abcd")), ""},
		{"2 GiB claimed", format.Uncompressed, page(1<<31-1, 3, []byte("abc")), "more than 64 MiB"},
		{"longer than the column", format.Uncompressed, page(9, 9, []byte("abc")), "broken"},
		{"negative", format.Uncompressed, page(-1, 3, []byte("abc")), "broken"},
		{"a gzip bomb", format.Gzip, page(100, int64(bomb.Len()), bomb.Bytes()), "more than 64 MiB"},
		{"a zstd bomb", format.Zstd, page(100, int64(len(frame)), frame), "more than 64 MiB"},
		{"a zstd frame that claims 64 GiB", format.Zstd, page(100, int64(len(claims)), claims), "more than 64 MiB"},
		{"a snappy block that claims 4 GiB", format.Snappy, page(100, 6, []byte{0xff, 0xff, 0xff, 0xff, 0x0f, 0}), "more than 64 MiB"},
		{"brotli", format.Brotli, page(10, 10, []byte("\x02\x00\x00\x00\x02\x01abcd")), "write it with snappy"},
	} {
		all := append([]byte("PAR1"), test.page...)
		c := parquetCells{leaf: leaf}
		err := c.open(bytes.NewReader(all), int64(len(all)), &format.ColumnChunk{MetaData: format.ColumnMetaData{Codec: test.codec, DataPageOffset: 4, TotalCompressedSize: int64(len(test.page))}})
		if err == nil {
			_, err = c.page()
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// FuzzParquet: no damage of a file brings the reader down or takes much memory.
func FuzzParquet(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(parquets, "*.parquet"))
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "label", uint8(0))
		f.Add(data, "sets", uint8(1))
		f.Add(data, "score", uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, label string, bits uint8) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		format := Format{Kind: Parquet, Text: "text", Label: label, Several: bits&1 != 0, Regression: bits&2 != 0, Training: bits&4 != 0}
		task, all, err := read(bytes.NewReader(data), "file", format)
		if err != nil && !strings.HasPrefix(err.Error(), "file: ") {
			t.Errorf("an error without the file's name: %v", err)
		}
		if err == nil && (len(all) == 0 || task.Found == "") {
			t.Errorf("%d examples, %q", len(all), task.Found)
		}
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 1<<30 {
			t.Errorf("%d MiB were allocated", (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	})
}
