package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shell runs a command line of a shell in which $L is this program.
func shell(dir, line string) (string, error) {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LTPBENCH_TEST_MAIN=1", "L="+os.Args[0])
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestFewDescriptors: with few file descriptors a command says so or finishes; it does not crash, and the same command
// finishes when there are enough.
func TestFewDescriptors(t *testing.T) {
	v := victims(nil)[0]
	dir := t.TempDir()
	if err := v.prepare(dir); err != nil {
		t.Fatal(err)
	}
	least := 4 // below, Go's runtime cannot open a file
	for ; least < 64; least++ {
		if _, err := shell(dir, fmt.Sprintf("ulimit -n %d; exec \"$L\" plan show --data model/config.json", least)); err == nil {
			break
		}
	}
	t.Logf("from %d descriptors", least)
	for _, args := range []string{
		"eval --threads 1 --model model --data dev.tsv -o record.txt",
		"train --threads 1 --model model --data train.tsv --epochs 1 -o out",
		strings.Join(v.args, " "),
		"plot run -o figures",
	} {
		failed, done := 0, false
		for n := least; n < least+12; n++ {
			out, err := shell(dir, fmt.Sprintf("ulimit -n %d; exec \"$L\" %s", n, args))
			if strings.Contains(out, "goroutine ") {
				t.Errorf("%d descriptors, %s: it crashes:\n%.2000s", n, args, out)
			}
			if done = err == nil; done {
				break
			}
			if failed++; !strings.Contains(out, "too many open files") {
				t.Errorf("%d descriptors, %s: %v, without a reason:\n%.500s", n, args, err, out)
			}
		}
		if done {
			continue
		}
		if out, err := shell(dir, "exec \"$L\" "+args); err != nil {
			t.Errorf("%s, failed %d times before: %v\n%.500s", args, failed, err, out)
		}
	}
}

// TestReaderGone: whoever reads the output may be gone; the record is there.
func TestReaderGone(t *testing.T) {
	dir := t.TempDir()
	v := victims(nil)[2]
	if err := v.prepare(dir); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 2; i++ {
		if out, err := shell(dir, `"$L" `+strings.Join(v.args, " ")+` | true`); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		record, err := os.ReadFile(filepath.Join(dir, "record.txt"))
		if got := strings.Count(string(record), "\nBenchmarkEval"); err != nil || got != i {
			t.Errorf("after %d commands the record has %d lines: %v", i, got, err)
		}
	}
}
