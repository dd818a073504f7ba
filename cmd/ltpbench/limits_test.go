package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ltpbench/model"
)

// Every hostile input is refused with an error that says what is wrong, in bounded memory and time; the table of both is
// the test's output.
func TestHostileLimits(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) { must(os.WriteFile(in(name), []byte(text), 0o666)) }
	copyOf := func(name string) {
		must(smallModel(in(name)))
	}
	copyOf("model")
	write("dev.tsv", "text\tlabel\nw1 w2\t0\nw3\t1\nw4\t0\n")
	must(syscall.Mkfifo(in("fifo"), 0o666))
	bomb := func(name, head string) {
		f, err := os.Create(in(name))
		must(err)
		z, _ := gzip.NewWriterLevel(f, gzip.BestSpeed)
		io.WriteString(z, head)
		block := []byte(strings.Repeat("a", 1<<20))
		for range 256 {
			_, err = z.Write(block)
			must(err)
		}
		must(z.Close())
		must(f.Close())
	}
	bomb("bomb.tsv.gz", "text\tlabel\n")
	must(os.Mkdir(in("run"), 0o777))
	write("run/sweep.txt", "model: m\n\nBenchmarkSweep/method=none-1 1 0.5 accuracy\n")
	bomb("run/predictions.jsonl.gz", "")
	keys, twice := make([]string, 40000), "{"
	for i := range keys {
		keys[i] = fmt.Sprintf("%q:%d", fmt.Sprint("k", i), i)
		twice += keys[i] + ","
	}
	write("keys.jsonl", "{"+strings.Join(keys, ",")+"}\n")
	write("twice.jsonl", twice+`"k39999":1}`+"\n")
	write("million.toml", "seeds = ["+strings.Repeat("1,", 1000000)+"]\n")
	write("seeds.toml", "seeds = ["+strings.Repeat("1,", 400000)+"]\n")
	write("cells.toml", "budgets = ["+strings.Repeat("0.5,", 9000)+"]\nseeds = ["+strings.Repeat("1,", 9000)+"]\n")
	copyOf("noted")
	write("noted/training.json", `{"pruner":"threshold:file=/etc/passwd"}`)
	copyOf("endless")
	must(os.Symlink("/dev/zero", in("endless/training.json")))
	copyOf("loud")
	huge(t, in("loud"))
	write("columns.parquet", "PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x07\x09\x00\x00\x00PAR1")
	write("footer.parquet", "PAR1\xff\xff\xff\xffPAR1")
	train := "train --model model --data dev.tsv -o out "
	t.Logf("%8s %8s  %s", "MB", "seconds", "command")
	for _, x := range []struct{ args, want string }{
		{"plan show /dev/zero", "no regular file"}, {"plan show fifo", "no regular file"}, {"plan show million.toml", "too large"}, {"plan show seeds.toml", "at most"}, {"plan show cells.toml", "cells"},
		{"table /dev/zero", "no regular file"}, {"table fifo", "no regular file"}, {"plot run --at NaN", "from 0 to 1"}, {"plot run --at 1e300", "from 0 to 1"}, {"plot run", "longer than 1 MiB"},
		{"eval --model model --data /dev/zero --format tsv", "no regular file"}, {"eval --model model --data fifo --format tsv", "no regular file"},
		{"eval --model model --data bomb.tsv.gz", "longer than 16 MiB"}, {"eval --model model --data keys.jsonl", "and 39980 more"}, {"eval --model model --data twice.jsonl", "there twice"},
		{"eval --model model --data columns.parquet", "headers are cut"}, {"eval --model model --data footer.parquet", "4095 MiB, more than 16"},
		{"eval --model noted --data dev.tsv", "names a file"}, {"eval --model endless --data dev.tsv", "no regular file"}, {"eval --model loud --data dev.tsv", "its weights are broken"},
		{"eval --model model --data dev.tsv --threads 1000000000", "at most 4096"}, {"predict --model model --data dev.tsv --threads 1000000000", "at most 4096"},
		{"predict --model model --data dev.tsv --batch 9223372036854775807", "from 1 to 65536"}, {train + "--batch 9223372036854775807", "from 1 to 65536"},
		{train + "--batch-tokens 9223372036854775807", "from 0 to 16777216"}, {train + "--epochs 9223372036854775807", "from 1 to 10000"}, {train + "--examples 9223372036854775807", "from 0 to 1000000000"},
		{"plan show --seeds 9223372036854775807", "at most 1000"}, {"plan show --batch 9223372036854775807", "at most"}, {"plan show --rounds 9223372036854775807", "at most"},
		{"plan show --max-length 9223372036854775807", "more than"}, {"plan show --limit 9223372036854775807", "limit"}, {"plan show --threads 1000000000", "at most 4096"},
		{"plan show --batches 1 --lengths 9223372036854775807", "at most"},
	} {
		out, used, err := limited(dir, strings.Fields(x.args))
		seconds, megabytes := used.Seconds, used.Megabytes
		t.Logf("%8.0f %8.2f  %s", megabytes, seconds, x.args)
		if err == nil || !strings.Contains(string(out), x.want) || strings.Contains(string(out), "goroutine ") || len(out) > 8000 {
			t.Errorf("%s: %v, %d bytes, want %q in\n%.2000s", x.args, err, len(out), x.want, out)
		}
		if megabytes > 300 || seconds > 5 {
			t.Errorf("%s takes %.0f MB and %.2f s", x.args, megabytes, seconds)
		}
	}
}

// usage is what a process took.
type usage struct{ Megabytes, Seconds float64 }

// limited runs the program for a minute at most. A small process starts it: Linux counts the memory of whoever starts a
// process as the peak of what it starts, and these tests may have grown to hundreds of megabytes by now.
func limited(dir string, args []string) (out []byte, used usage, err error) {
	measured := filepath.Join(dir, "measured.json")
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LTPBENCH_TEST_MEASURE="+measured)
	out, err = cmd.CombinedOutput()
	if data, e := os.ReadFile(measured); e != nil || json.Unmarshal(data, &used) != nil {
		return out, usage{1e9, 1e9}, fmt.Errorf("not measured: %w, %w", err, e)
	}
	return out, used, err
}

// observe is the small process: it runs the program, writes down what that took and ends as it ended.
func observe(file string) {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), "LTPBENCH_TEST_MEASURE=", "LTPBENCH_TEST_MAIN=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	cmd.Run()
	s := cmd.ProcessState
	data, _ := json.Marshal(usage{
		Megabytes: float64(s.SysUsage().(*syscall.Rusage).Maxrss) / 1024,
		Seconds:   (s.UserTime() + s.SystemTime()).Seconds(),
	})
	os.WriteFile(file, data, 0o666)
	os.Exit(s.ExitCode())
}

// huge makes a model's finite weights so large that its answers are none.
func huge(t *testing.T, dir string) {
	t.Helper()
	c, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Tensors["head.out.weight"].Data {
		c.Tensors["head.out.weight"].Data[i] = float32(math.Copysign(3e38, float64(i%2)-0.5))
	}
	if err := c.Save(dir); err != nil {
		t.Fatal(err)
	}
}

// Processes that record into one file at once take turns: none of their lines is lost.
func TestParallelEval(t *testing.T) {
	dir := t.TempDir()
	if err := victims(nil)[0].prepare(dir); err != nil {
		t.Fatal(err)
	}
	const n = 8
	ends := make(chan error, n)
	for range n {
		go func() {
			out, err := process(dir, "", strings.Fields("eval --threads 1 --model model --data dev.tsv -o record.txt")...)
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, out)
			}
			ends <- err
		}()
	}
	for range n {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "record.txt"))
	if lines := strings.Count(string(data), "\nBenchmarkEval/"); err != nil || lines != n {
		t.Errorf("%d lines of %d: %v", lines, n, err)
	}
	if list, err := filepath.Glob(filepath.Join(dir, ".record*")); err != nil || len(list) > 0 {
		t.Errorf("left: %v", list)
	}
}

// Two sweeps that share their cells both end, with the same counted results, and nothing is made twice.
func TestSharedCells(t *testing.T) {
	dir := t.TempDir()
	v := victims(nil)[0]
	if err := v.prepare(dir); err != nil {
		t.Fatal(err)
	}
	ends := make(chan error, 2)
	for _, run := range []string{"a", "b"} {
		go func() {
			out, err := process(dir, "", append(v.args[:len(v.args)-1:len(v.args)-1], run, "--cells", "cells")...)
			if err != nil {
				err = fmt.Errorf("%s: %w\n%s", run, err, out)
			}
			ends <- err
		}()
	}
	for range 2 {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
	a, b := left(t, filepath.Join(dir, "a"), v.files), left(t, filepath.Join(dir, "b"), v.files)
	if a != b {
		t.Errorf("they differ: %s", difference(a, b))
	}
}
