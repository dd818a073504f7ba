//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// content reads a file that has to be there.
func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// both checks and writes.
func both(t *testing.T, path, data string) {
	t.Helper()
	if err := Check(path); err != nil {
		t.Fatalf("check: %v", err)
	}
	if err := Write(path, []byte(data)); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// A symbolic link stays one, and what it points to is replaced, made if it is absent.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o777); err != nil {
		t.Fatal(err)
	}
	file, link, chain, absent := filepath.Join(other, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "chain"), filepath.Join(dir, "absent")
	for from, to := range map[string]string{link: filepath.Join("other", "file"), chain: link, absent: filepath.Join(other, "new")} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	both(t, file, "old")
	for _, path := range []string{link, chain, absent} {
		both(t, path, "new "+path)
		if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no symbolic link any more: %v, %v", path, info, err)
		}
		if got := content(t, path); got != "new "+path {
			t.Errorf("%s has %q", path, got)
		}
	}
	if list, err := os.ReadDir(other); err != nil || len(list) != 2 {
		t.Errorf("the folder holds %v, %v", list, err)
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if err := Write(loop, nil); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a loop of links: %v", err)
	}
}

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, link} {
		if check, write := Check(path), Write(path, nil); !errors.Is(check, syscall.EISDIR) || !errors.Is(write, syscall.EISDIR) {
			t.Errorf("%s: %v, %v", path, check, write)
		}
	}
}

// Devices, FIFOs and sockets are written to, and are there afterwards.
func TestWriteThrough(t *testing.T) {
	dir := t.TempDir()
	both(t, os.DevNull, "gone")
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Fatalf("%s is no device any more: %v, %v", os.DevNull, info, err)
	}
	if err := Write("/dev/full", []byte("x")); err == nil {
		if _, bad := os.Stat("/dev/full"); bad == nil {
			t.Error("a full device is no error")
		}
	}

	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o666); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		data, _ := os.ReadFile(fifo)
		got <- string(data)
	}()
	both(t, fifo, "through the FIFO")
	if s := <-got; s != "through the FIFO" {
		t.Errorf("the FIFO's reader got %q", s)
	}

	socket := filepath.Join(dir, "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		data, _ := io.ReadAll(conn)
		got <- string(data)
	}()
	both(t, socket, "through the socket")
	if s := <-got; s != "through the socket" {
		t.Errorf("the socket's reader got %q", s)
	}
	for path, mode := range map[string]os.FileMode{fifo: os.ModeNamedPipe, socket: os.ModeSocket} {
		if info, err := os.Lstat(path); err != nil || info.Mode()&mode == 0 {
			t.Errorf("%s is something else now: %v, %v", path, info, err)
		}
	}
}

// A descriptor of the process stays open: what other code writes to it follows.
func TestDescriptor(t *testing.T) {
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd here")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(t.TempDir(), "file"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	link := filepath.Join(t.TempDir(), "stdout")
	for _, f := range []*os.File{w, file} {
		path := fmt.Sprintf("/dev/fd/%d", f.Fd())
		os.Remove(link)
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		both(t, path, "a ")
		both(t, link, "b ")
		if _, err := f.WriteString("c"); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	data, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(data, []byte("a b c")) {
		t.Errorf("the pipe has %q, %v", data, err)
	}
	if got := content(t, file.Name()); got != "a b c" {
		t.Errorf("the file has %q", got)
	}
}
