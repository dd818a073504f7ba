package model

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// TestContents: a file reads the same mapped or not, also after pieces were let go.
func TestContents(t *testing.T) {
	want := make([]byte, 100_000)
	for i := range want {
		want[i] = byte(i * 7)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), want, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"file", "empty"} {
		if err := os.WriteFile(filepath.Join(dir, "empty"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := open(os.DirFS(dir), file)
		if err != nil {
			t.Fatal(err)
		}
		if file == "empty" {
			if len(c.data) != 0 || c.mapped {
				t.Errorf("an empty file has %d bytes, mapped %v", len(c.data), c.mapped)
			}
			continue
		}
		for _, piece := range [][2]int{{0, 0}, {1, 2}, {3, 9000}, {4096, 8192}, {5000, 100_000}, {0, 100_000}} {
			c.done(c.data[piece[0]:piece[1]])
			if !bytes.Equal(c.data, want) {
				t.Errorf("after %v was let go the file differs", piece)
			}
		}
		c.close()
	}
	c, err := open(fstest.MapFS{"file": {Data: want}}, "file")
	if err != nil || c.mapped || !bytes.Equal(c.data, want) {
		t.Errorf("a file in memory: mapped %v, %v", c.mapped, err)
	}
	if _, err := open(os.DirFS(dir), "none"); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}

// TestContentsShortened: a file that becomes shorter while it is read is an error.
func TestContentsShortened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := open(os.DirFS(filepath.Dir(path)), "file")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if !c.mapped {
		t.Skip("files are not mapped here")
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	sum := byte(0)
	err = c.read(func() error {
		for _, b := range c.data {
			sum += b
		}
		return nil
	})
	if err == nil {
		t.Error("a shortened file can be read")
	}
	defer func() {
		if recover() == nil {
			t.Error("another panic is swallowed")
		}
	}()
	_ = c.read(func() error { panic("another") })
}
