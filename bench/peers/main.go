// Peers measures the CPU engine beside OpenVINO, ONNX Runtime, PyTorch and
// OpenBLAS: the same weights, token ids and number of threads, interleaved in one
// run on one machine. It makes its own Python environment in the user cache
// directory. Outputs of encoders and products are compared before they are timed, so
// that nobody wins by computing something else; a training is random and has none.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	_ "ltpbench/hw/cpu"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options is the command line.
type options struct {
	record                 string
	quick                  bool
	encoder, trained, data string
	threads, rounds        int
	python                 string
	only                   *regexp.Regexp // of rows' names; nil: all
}

func run(args []string, out, log io.Writer) int {
	var o options
	f := flag.NewFlagSet("bench/peers/run", flag.ContinueOnError)
	f.SetOutput(log)
	shared := func(parts ...string) string {
		root := os.Getenv("LTPBENCH_SHARED")
		if root == "" {
			return ""
		}
		return filepath.Join(append([]string{root}, parts...)...)
	}
	f.StringVar(&o.record, "o", "", "`FILE` for the record, which must not be there yet")
	f.BoolVar(&o.quick, "quick", false, "every row on a fixed subset, within 5 minutes once the environment is there")
	f.StringVar(&o.encoder, "model", shared("models", "bge-small-en-v1.5"), "Hugging Face `DIR` of the encoder that is run")
	f.StringVar(&o.trained, "train-model", shared("models", "all-MiniLM-L6-v2"), "Hugging Face `DIR` of the encoder that is fine-tuned")
	f.StringVar(&o.data, "data", shared("data"), "`DIR` with the tasks' folders SST-2 and IMDB")
	f.IntVar(&o.threads, "threads", 2, "threads of every engine")
	f.IntVar(&o.rounds, "rounds", 0, "interleaved rounds (3 with -quick, else 5)")
	f.StringVar(&o.python, "python", "python3", "Python to make the environment with")
	f.Func("rows", "measure only rows whose name matches `REGEXP`, as in 'MatMul/.*/threads=1'", func(x string) (err error) {
		o.only, err = regexp.Compile(x)
		return err
	})
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	for name, value := range map[string]string{"o": o.record, "model": o.encoder, "train-model": o.trained, "data": o.data} {
		if value == "" {
			fmt.Fprintf(log, "bench/peers/run: -%s is needed (models and data are also found in the folder that LTPBENCH_SHARED names)\n", name)
			return 2
		}
	}
	if o.rounds == 0 {
		o.rounds = 5
		if o.quick {
			o.rounds = 3
		}
	}
	if err := compare(&o, out, log); err != nil {
		fmt.Fprintln(log, "bench/peers/run:", err)
		return 1
	}
	return 0
}
