package engine

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/atomicfile"
)

//go:embed worker.py
var program []byte

// Worker is an engine in a Python process, which may host several.
type Worker struct {
	engine string
	label  string
	*process
}

type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

// StartWorker starts the interpreter on worker.py, which it writes into a folder that the
// worker may also use as a cache. What the process prints goes to log. Close ends it.
func StartWorker(engine, interpreter, folder string, log io.Writer) (*Worker, error) {
	file := filepath.Join(folder, "worker.py")
	if err := atomicfile.Write(file, program); err != nil {
		return nil, err
	}
	w := &process{cmd: exec.Command(interpreter, file, engine, folder)}
	// A choice of OpenBLAS kernels made for older builds would hold a current one back.
	w.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "OPENBLAS_") })
	w.cmd.Stderr = log
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = json.NewDecoder(out)
	return &Worker{engine, engine, w}, w.cmd.Start()
}

// Beside returns another engine of the same process, under its label in records.
func (w *Worker) Beside(engine, label string) *Worker { return &Worker{engine, label, w.process} }

// Name implements Engine.
func (w *Worker) Name() string { return w.label }

func (w *Worker) ask(question, answer any) error {
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("engine %s has stopped: %w", w.engine, err)
	}
	var raw json.RawMessage
	if err := w.out.Decode(&raw); err != nil {
		return fmt.Errorf("engine %s has stopped: %w", w.engine, err)
	}
	var failed struct{ Error string }
	if err := json.Unmarshal(raw, &failed); err != nil {
		return err
	}
	if failed.Error != "" {
		return fmt.Errorf("engine %s: %w", w.engine, errors.New(failed.Error))
	}
	return json.Unmarshal(raw, answer)
}

// Prepare implements Engine.
func (w *Worker) Prepare(j Job) (string, error) {
	var a struct{ Settings string }
	j.Engine = w.engine
	err := w.ask(j, &a)
	return a.Settings, err
}

// Outputs implements Engine.
func (w *Worker) Outputs(batch int) ([][]float32, error) {
	var a struct{ Rows [][]float32 }
	err := w.ask(map[string]any{"do": "outputs", "engine": w.engine, "batch": batch}, &a)
	return a.Rows, err
}

// Pass implements Engine.
func (w *Worker) Pass(repeat int) (float64, error) {
	var a struct{ Seconds float64 }
	err := w.ask(map[string]any{"do": "pass", "engine": w.engine, "repeat": repeat}, &a)
	return a.Seconds, err
}

// Close implements Engine. It ends the process, and with it every engine there.
func (w *Worker) Close() {
	w.in.Close()
	w.cmd.Wait()
}

// Peak returns what a device's products of n×n matrices of a type and its copies reach,
// as PyTorch runs them: FLOP/s, and bytes/s read and written.
func (w *Worker) Peak(device, kind string, n int) (flops, bytes float64, err error) {
	var a struct{ FLOPs, Bytes float64 }
	err = w.ask(map[string]any{"do": "peak", "device": device, "type": kind, "n": n}, &a)
	return a.FLOPs, a.Bytes, err
}
