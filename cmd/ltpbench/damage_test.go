package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// damages are what may happen to a file. The last takes a line twice.
var damages = []struct {
	name string
	to   func(data []byte, random *rand.Rand) []byte
}{
	{"flipped", func(data []byte, random *rand.Rand) []byte {
		data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		return data
	}},
	{"cut", func(data []byte, random *rand.Rand) []byte { return data[:random.IntN(len(data))] }},
	{"emptied", func([]byte, *rand.Rand) []byte { return nil }},
	{"a line doubled", func(data []byte, random *rand.Rand) []byte {
		lines := bytes.SplitAfter(data, []byte("\n"))
		i := random.IntN(len(lines))
		return bytes.Join(slices.Insert(lines, i, lines[i]), nil)
	}},
}

// TestDamagedRun: whatever happens to a file of a run that was stopped shortly before its end, or of a finished one, the
// same command ends with the counted results of an undisturbed run, or names the file, or its folder, and the cure.
func TestDamagedRun(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	long, _ := strconv.Atoi(os.Getenv("LTPBENCH_FAULTS"))
	v := victims(nil)[0]
	calm, stopped := t.TempDir(), t.TempDir()
	list := filepath.Join(t.TempDir(), "steps")
	for dir, fault := range map[string]string{calm: "count " + list} {
		if err := v.prepare(dir); err != nil {
			t.Fatal(err)
		}
		if out, err := process(dir, fault, v.args...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	steps, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	// Stopped when the record's last counted line is there, and before a job's output is taken in.
	at := 0
	for i, line := range strings.Split(string(steps), "\n") {
		if line == "fsync "+filepath.Join("run", "sweep.txt") {
			if at = i; strings.Count(string(steps[:]), line) == 1 {
				break
			}
		}
	}
	if err := v.prepare(stopped); err != nil {
		t.Fatal(err)
	}
	if out, err := process(stopped, fmt.Sprintf("kill %d", at), v.args...); err == nil {
		t.Fatalf("not killed at step %d\n%s", at, out)
	}
	want := left(t, calm, v.files)
	refused, redone := 0, 0
	for _, from := range []string{stopped, calm} {
		var files []string
		err := filepath.Walk(filepath.Join(from, "run"), func(path string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
				name, _ := filepath.Rel(from, path)
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range files {
			for k, damage := range damages {
				if long == 0 && k != i%len(damages) && (from == calm || k != (i+1)%len(damages)) {
					continue
				}
				random := rand.New(rand.NewPCG(uint64(i), uint64(k)))
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, name)
				data, err := os.ReadFile(path)
				if err == nil {
					err = os.WriteFile(path, damage.to(data, random), 0o666)
				}
				if err != nil {
					t.Fatal(err)
				}
				out, err := process(dir, "", v.args...)
				picture := strings.HasSuffix(name, ".png") || strings.HasSuffix(name, ".svg")
				switch got := left(t, dir, v.files); {
				case err == nil && got != want:
					t.Errorf("%s %s: the same command leaves %s", name, damage.name, difference(want, got))
				case err == nil:
					redone++
				case from == calm && strings.Contains(out, "finished run") && (picture || strings.Contains(name, "cells")):
					refused++ // what was counted is whole
				case !strings.Contains(out, filepath.Base(name)) && !strings.Contains(out, filepath.Dir(name)):
					t.Errorf("%s %s: the error does not name it:\n%s", name, damage.name, out)
				default:
					refused++
				}
			}
		}
	}
	t.Logf("%d damages refused, %d made good", refused, redone)
}
