package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// worker is an engine in a Python process.
type worker struct {
	engine string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *json.Decoder
}

func startWorker(engine, environment string, log io.Writer) (*worker, error) {
	w := &worker{engine: engine, cmd: exec.Command(filepath.Join(environment, "env", "bin", "python"), filepath.Join(environment, "worker.py"), engine, environment)}
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
	return w, w.cmd.Start()
}

func (w *worker) name() string { return w.engine }

func (w *worker) ask(question, answer any) error {
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

func (w *worker) prepare(j job) (string, error) {
	var a struct{ Settings string }
	err := w.ask(j, &a)
	return a.Settings, err
}

func (w *worker) outputs(batch int) ([][]float32, error) {
	var a struct{ Rows [][]float32 }
	err := w.ask(map[string]any{"do": "outputs", "batch": batch}, &a)
	return a.Rows, err
}

func (w *worker) pass(repeat int) (float64, error) {
	var a struct{ Seconds float64 }
	err := w.ask(map[string]any{"do": "pass", "repeat": repeat}, &a)
	return a.Seconds, err
}

func (w *worker) close() {
	w.in.Close()
	w.cmd.Wait()
}
