package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// changed copies a run's record into a separate folder, with something replaced.
func changed(t *testing.T, dir, old, new string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "sweep.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("the record has no %q", old)
	}
	unsigned := regexp.MustCompile("(?m)^# sha256 .*\n").ReplaceAllString(string(data), "") // or a changed line counts as damaged
	return written(t, filepath.Join(t.TempDir(), filepath.Base(dir)), strings.Replace(unsigned, old, new, 1))
}

func written(t *testing.T, dir, record string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sweep.txt"), []byte(record), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCompare(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(firstMinute, "sweep.txt"))
	if err != nil {
		t.Fatal(err)
	}
	cut := written(t, filepath.Join(t.TempDir(), "cut"), string(data[:len(data)/4]))
	two := t.TempDir()
	runOf(t, filepath.Join(two, "a"), "m")
	runOf(t, filepath.Join(two, "b"), "n")
	other := t.TempDir()
	runOf(t, filepath.Join(other, "a"), "m")
	runOf(t, filepath.Join(other, "c"), "n")
	for _, c := range []struct {
		args []string
		code int
		want string // of both streams
	}{
		{[]string{firstMinute, firstMinute}, 0, "57 points in both records: all counted values are equal"},
		{[]string{firstMinute, filepath.Join(firstMinute, "sweep.txt")}, 0, "speedup"},
		{[]string{firstMinute, changed(t, firstMinute, "0.8681192660550459 accuracy", "0.875 accuracy")}, 1, "accuracy: 0.8681192660550459 -> 0.875"},
		{[]string{firstMinute, changed(t, firstMinute, "kernel: avx512", "kernel: avx2")}, 0, "differs: kernel: avx512, avx2"},
		{[]string{firstMinute, cut}, 0, "the last line is incomplete"},
		{[]string{cut, firstMinute}, 0, "only in the new record"},
		{[]string{two, two}, 0, "b\n"},
		{[]string{two, other}, 1, "name two runs to compare"},
		{[]string{two, firstMinute}, 1, "name two runs to compare"},
		{[]string{firstMinute, "/nowhere"}, 1, "/nowhere"},
		{[]string{firstMinute}, 2, "<new>"},
		{[]string{"--threshold=-1", firstMinute, firstMinute}, 2, "--threshold"},
		{[]string{"--threshold", "inf", "--all", firstMinute, firstMinute}, 0, "1.000"},
	} {
		args := append([]string{"compare"}, c.args...)
		code, out, err := call(args...)
		if code != c.code || !strings.Contains(out+err, c.want) {
			t.Errorf("ltpbench %q: exit %d, want %d; %q lacks %q", args, code, c.code, out+err, c.want)
		}
	}
}
