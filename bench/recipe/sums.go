package recipe

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ltpbench/internal/atomicfile"
)

// sumsFile lists the other files of an entry with their checksums, as `sha256sum -c` reads them.
const sumsFile = "SHA256SUMS"

// writeSums writes the checksums of the files in a folder.
func writeSums(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, e := range list {
		sum, err := sumOf(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, e.Name())
	}
	return atomicfile.Write(filepath.Join(dir, sumsFile), sums.Bytes())
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Verify reports whether an entry is as it was saved. Entries of earlier builds have no checksums, and nothing is
// known of them.
func (s Store) Verify(key string) error {
	dir := s.Path(key)
	f, err := os.Open(filepath.Join(dir, sumsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	damaged := func(name, what string) error {
		return fmt.Errorf("%s %s: remove the folder %s, and the same command makes it again", filepath.Join(dir, name), what, dir)
	}
	in, noted := bufio.NewScanner(f), false
	for in.Scan() {
		want, name, ok := strings.Cut(in.Text(), "  ")
		if !ok || name != filepath.Base(name) {
			return damaged(sumsFile, "is damaged")
		}
		got, err := sumOf(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return damaged(name, "is missing")
		case err != nil:
			return err
		case got != want:
			return damaged(name, "is not as it was saved, for its checksum is another than in "+sumsFile)
		}
		noted = noted || name == noteFile
	}
	if in.Err() != nil || !noted {
		return damaged(sumsFile, "is damaged")
	}
	return nil
}
