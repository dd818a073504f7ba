package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"ltpbench/internal/atomicfile"
)

// The fault harness runs commands of this program as processes of their own, kills them or fills their disk before one
// of the steps that change the file system, runs the same command again without faults, and compares what it leaves with
// an undisturbed run. LTPBENCH_FAULTS=1000 is how many faults it tries in all, spread evenly; without it, a few for each
// command. LTPBENCH_TEST_FAULT carries a fault to the process: "kill 17" or "full 17".

// faultsFromEnvironment installs the fault that the environment names. With "count FILE" it writes the number of steps.
func faultsFromEnvironment() {
	kind, arg, ok := strings.Cut(os.Getenv("LTPBENCH_TEST_FAULT"), " ")
	if !ok {
		return
	}
	steps := 0
	at, _ := strconv.Atoi(arg)
	atomicfile.Hook = func(op atomicfile.Op, path string) error {
		steps++
		switch {
		case kind == "count":
			return appendTo(arg, fmt.Sprintf("%s %s\n", op, path))
		case kind == "kill" && steps == at:
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		case kind == "full" && steps >= at && (op == atomicfile.OpWrite || op == atomicfile.OpCreate || op == atomicfile.OpMkdir):
			return syscall.ENOSPC
		}
		return nil
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(text)
	return err
}

// victim is a command that is disturbed. It runs in a folder of its own, which prepare fills.
type victim struct {
	name    string
	args    []string
	prepare func(dir string) error
	files   []string // that have to be as after an undisturbed run, counted parts only
	faults  int      // in the short form
}

// process runs ltpbench in dir with a fault.
func process(dir, fault string, args ...string) (string, error) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LTPBENCH_TEST_MAIN=1", "LTPBENCH_TEST_FAULT="+fault)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// timed matches what depends on the clock: timed lines of a record, their checksums, seconds in notes.
var timed = regexp.MustCompile(`(?m)^(# sha256.*|Unit .*|command: .*|Benchmark(?:.* (?:sec/op|speedup|warm-up-passes)).*|Benchmark(?:Length|Throughput|Run).*|  "(?:seconds|command)": .*|.*training\.json)\n`)

// left is what a folder holds: of the files that count their counted parts, of others that they are there.
func left(t *testing.T, dir string, counted []string) string {
	t.Helper()
	var all []string
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		for _, c := range counted {
			if ok, _ := filepath.Match(c, filepath.Base(name)); ok {
				data, err := os.ReadFile(path)
				// A line that is there twice is as good: eval may be killed behind its line.
				all = append(all, name+"\n"+strings.Join(slices.Compact(strings.Split(string(timed.ReplaceAll(data, nil)), "\n")), "\n"))
				return err
			}
		}
		all = append(all, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

// victims are the commands that write.
func victims(done func() string) []victim {
	text := func(seed uint64, n int) string {
		random := rand.New(rand.NewPCG(seed, 0))
		lines := "sentence\tlabel\n"
		for range n {
			first := random.IntN(60)
			lines += fmt.Sprintf("w%d w%d w%d w%d\t%d\n", first, random.IntN(60), random.IntN(60), random.IntN(60), first%2)
		}
		return lines
	}
	prepare := func(dir string) error {
		if err := smallModel(filepath.Join(dir, "model")); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "dev.tsv"), []byte(text(1, 30)), 0o666); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "train.tsv"), []byte(text(2, 60)), 0o666)
	}
	swept := strings.Fields("sweep --threads 1 --model model --data dev.tsv --train train.tsv --methods topk:start=1 --budgets 0.7 --epochs 1 --rounds 1 --latency 2 -o run")
	return []victim{
		{"sweep", swept, prepare, []string{"sweep.txt", "predictions.jsonl", "plan.toml", "*.safetensors", "training.json"}, 12},
		{"train", strings.Fields("train --threads 1 --model model --data train.tsv --epochs 1 --every 1ms -o out"), prepare, []string{"*.safetensors", "config.json", "training.json"}, 10},
		{"eval", strings.Fields("eval --threads 1 --model model --data dev.tsv -o record.txt"), prepare, []string{"record.txt"}, 8},
		{"plot", strings.Fields("plot done -o figures"), func(dir string) error {
			return os.CopyFS(filepath.Join(dir, "done"), os.DirFS(done()))
		}, []string{"*.svg", "*.png"}, 6},
	}
}

// finishedRun returns a function that makes a run of the sweep the first time, and returns its folder.
func finishedRun(t *testing.T) func() string {
	base := t.TempDir()
	return sync.OnceValue(func() string {
		v := victims(nil)[0]
		if err := v.prepare(base); err != nil {
			t.Fatal(err)
		}
		if out, err := process(base, "", v.args...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return filepath.Join(base, "run")
	})
}

// TestFaults: killed, or out of disk, at any step, the same command again leaves what an undisturbed one leaves.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	long, _ := strconv.Atoi(os.Getenv("LTPBENCH_FAULTS"))
	for _, v := range victims(finishedRun(t)) {
		t.Run(v.name, func(t *testing.T) {
			calm := t.TempDir()
			if err := v.prepare(calm); err != nil {
				t.Fatal(err)
			}
			list := filepath.Join(t.TempDir(), "steps")
			if out, err := process(calm, "count "+list, v.args...); err != nil {
				t.Fatalf("undisturbed: %v\n%s", err, out)
			}
			steps, err := os.ReadFile(list)
			if err != nil {
				t.Fatal(err)
			}
			n := bytes.Count(steps, []byte("\n"))
			want := left(t, calm, v.files)
			tries := v.faults
			if long > 0 {
				tries = long / 4
			}
			random := rand.New(rand.NewPCG(uint64(n), 7))
			killed, full := 0, 0
			for i := range tries {
				at := 1 + i*n/tries + random.IntN(max(1, n/tries)) // evenly, every step in the long form
				kind := []string{"kill", "full"}[i%3/2]
				fault := fmt.Sprintf("%s %d", kind, min(at, n))
				dir := t.TempDir()
				if err := v.prepare(dir); err != nil {
					t.Fatal(err)
				}
				first, err := process(dir, fault, v.args...)
				if err == nil && kind == "kill" {
					t.Errorf("%s: it was not killed; it has %d steps", fault, n)
				}
				if kind == "kill" {
					killed++
				} else if full++; err != nil && !strings.Contains(first, "no space left") {
					t.Errorf("%s: the error is not that of a full disk:\n%s", fault, first)
				}
				if err == nil { // nothing was to be written behind the step
					continue
				}
				again, err := process(dir, "", v.args...)
				if err != nil {
					t.Errorf("%s, then the same command: %v\n%s\nat\n%s", fault, err, again, stepAt(steps, at))
					continue
				}
				if got := left(t, dir, v.files); got != want {
					t.Errorf("%s at %s: the same command again leaves %s", fault, stepAt(steps, at), difference(want, got))
				}
			}
			t.Logf("%s: %d steps; %d kills, %d full disks", v.name, n, killed, full)
		})
	}
}

// difference is the first line in which two folders differ.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; ; i++ {
		switch {
		case i >= len(a) && i >= len(b):
			return "nothing else"
		case i >= len(a):
			return fmt.Sprintf("%.200q in place of the end", b[i])
		case i >= len(b):
			return fmt.Sprintf("the end in place of %.200q", a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("%.200q in place of %.200q", b[i], a[i])
		}
	}
}

func stepAt(steps []byte, n int) string {
	lines := bytes.Split(steps, []byte("\n"))
	return string(lines[min(n, len(lines))-1])
}
