package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"ltpbench/model"
)

// TestMain lets a test run this program as a separate process.
func TestMain(m *testing.M) {
	if file := os.Getenv("LTPBENCH_TEST_MEASURE"); file != "" {
		observe(file)
	}
	if os.Getenv("LTPBENCH_TEST_MAIN") != "" {
		faultsFromEnvironment()
		main()
	}
	testscript.Main(m, map[string]func(){"ltpbench": main})
}

// TestScripts runs the command lines in testdata/script. Each finds the folder `model`, a small BERT of random
// weights whose vocabulary is w0 to w59, and has the commands below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: func(e *testscript.Env) error { return smallModel(filepath.Join(e.WorkDir, "model")) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"spoil": spoil, "full": full, "readonly": readonly, "latin1": latin1, "small": small,
		},
		Condition: condition,
	})
}

func smallModel(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range []string{"config.json", "model.safetensors"} {
		data, err := os.ReadFile(filepath.Join("../../model/testdata/oracle/bert-6x48", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	vocab := "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]"
	for i := range 60 {
		vocab += "\nw" + strconv.Itoa(i)
	}
	return os.WriteFile(filepath.Join(dir, "vocab.txt"), []byte(vocab), 0o666)
}

// small FOLDER: makes another small model.
func small(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(smallModel(ts.MkAbs(args[0])))
}

// spoil FOLDER HOW [TENSOR]: makes a small model whose weights are wrong in one way.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(smallModel(dir))
	path := filepath.Join(dir, "model.safetensors")
	data, err := os.ReadFile(path)
	ts.Check(err)
	le := binary.LittleEndian
	header := func(text string) []byte { return append(le.AppendUint64(nil, uint64(len(text))), text...) }
	if len(args) == 3 {
		tensors, err := model.ReadTensors(data)
		ts.Check(err)
		x, ok := tensors[args[2]]
		if !ok {
			ts.Fatalf("no tensor %s", args[2])
		}
		switch args[1] {
		case "missing":
			delete(tensors, args[2])
		case "shape":
			tensors[args[2]] = model.Tensor{Shape: []int{len(x.Data), 1}, Data: x.Data}
		case "NaN":
			x.Data[1] = 1234.5 // WriteTensors refuses NaN: it is put in below
		}
		var b strings.Builder
		ts.Check(model.WriteTensors(&b, tensors, model.F32))
		data = []byte(strings.Replace(b.String(), string(le.AppendUint32(nil, math.Float32bits(1234.5))), string(le.AppendUint32(nil, math.Float32bits(float32(math.NaN())))), 1))
	}
	switch args[1] {
	case "missing", "shape", "NaN":
	case "empty":
		data = nil
	case "cut": // in the weights
		data = data[:len(data)-1000]
	case "cut-header":
		data = data[:100]
	case "endless": // a header of 2^63-1 bytes
		le.PutUint64(data, math.MaxInt64)
	case "outside": // a tensor that reaches far over the file's end
		data = header(`{"a":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4611686018427387904]}}`)
	case "backwards":
		data = header(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}12345678`)
	case "overflow":
		data = header(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`)
	case "nested":
		data = header(strings.Repeat(`{"a":`, 100000))
	case "pickle":
		data = []byte("\x80\x02}q\x00(X\x06\x00\x00\x00weightq\x01")
	default:
		ts.Fatalf("spoil: how?")
	}
	ts.Check(os.WriteFile(path, data, 0o666))
}

// latin1 FILE: writes the file's é as the byte 0xe9.
func latin1(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(string(data), "é", "\xe9")), 0o666))
}

// full FOLDER SIZE: a disk of so much, 300k say. readonly FOLDER: one that nobody can write to. Both need [mount].
func full(ts *testscript.TestScript, neg bool, args []string) { mount(ts, args[0], "size="+args[1]) }

func readonly(ts *testscript.TestScript, neg bool, args []string) { mount(ts, args[0], "ro") }

func mount(ts *testscript.TestScript, folder, option string) {
	dir := ts.MkAbs(folder)
	ts.Check(os.MkdirAll(dir, 0o777))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", option, "tmpfs", dir).CombinedOutput(); err != nil {
		ts.Fatalf("mount: %v: %s", err, out)
	}
	ts.Defer(func() { ts.Check(exec.Command("umount", dir).Run()) })
}

// condition knows [mount]: whether disks can be mounted here.
func condition(name string) (bool, error) {
	if name != "mount" {
		return false, fmt.Errorf("no condition %q", name)
	}
	return mountable(), nil
}

var mountable = sync.OnceValue(func() bool {
	dir, err := os.MkdirTemp("", "mount")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir).Run() != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
})
