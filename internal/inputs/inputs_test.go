package inputs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("file", "12345")
	write("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n")
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, link := range [][2]string{{"file", "link"}, {"nowhere", "dangling"}, {"/dev/zero", "device"}} {
		if err := os.Symlink(link[0], filepath.Join(dir, link[1])); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	files := os.DirFS(dir)
	for name, want := range map[string]string{
		"file": "", "link": "", "pointer": "git lfs pull", "folder": "folder", "dangling": `link to "nowhere"`, "device": "no regular file", "absent": "no such file",
	} {
		data, err := Read(files, name, 1000)
		switch {
		case want == "" && (err != nil || string(data) != "12345"):
			t.Errorf("%s: %q, %v", name, data, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := Read(files, "absent", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Read(files, "file", 4); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
	if data, err := Read(files, "file", 5); err != nil || len(data) != 5 {
		t.Error(data, err)
	}
}
