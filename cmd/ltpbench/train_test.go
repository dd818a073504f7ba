package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/results"
)

// lab makes a folder with a small model and one with a task's text of made-up words.
func lab(t *testing.T) (model, data string) {
	t.Helper()
	dir := t.TempDir()
	model, data = filepath.Join(dir, "model"), filepath.Join(dir, "data")
	write := func(path, text string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"config.json", "model.safetensors"} {
		file, err := os.ReadFile(filepath.Join("../../model/testdata/oracle/bert-6x48", name))
		if err != nil {
			t.Fatal(err)
		}
		write(filepath.Join(model, name), string(file))
	}
	vocab, text := "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]", "sentence\tlabel\n"
	for i := range 60 {
		vocab += fmt.Sprintf("\nw%d", i)
	}
	for i := range 400 {
		text += fmt.Sprintf("w%d%s\t%d\n", i%60, strings.Repeat(fmt.Sprintf(" w%d w%d", i*7%60, i*11%60), i%9), i%2)
	}
	write(filepath.Join(model, "vocab.txt"), vocab)
	write(filepath.Join(data, "SST-2", "train.tsv"), text)
	write(filepath.Join(data, "SST-2", "dev.tsv"), text[:3000+strings.Index(text[3000:], "\n")+1])
	return model, data
}

// TestTrainStopped: an interrupted training reports how to continue, a second one continues, and its weights are
// those of one that was left alone; eval runs what came out with the rule it was made for.
func TestTrainStopped(t *testing.T) {
	model, data := lab(t)
	arguments := func(out string, more ...string) []string {
		return append([]string{"train", "--model", model, "--data", data, "--task", "SST-2", "--keep-duplicates", "--batch", "4", "--rate", "1e-3", "--epochs", "4",
			"--learn", "--pruner", "threshold:final=0.02", "--budget", "0.7", "--progress", "none", "-o", out}, more...)
	}
	whole, parts := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts")
	if code, _, err := call(arguments(whole)...); code != 0 || err != "" {
		t.Fatalf("exit %d: %s", code, err)
	}
	if _, err := os.Stat(whole + ".partial"); !os.IsNotExist(err) {
		t.Errorf("the state was not removed: %v", err)
	}
	c := exec.Command(os.Args[0], arguments(parts, "--every", "1ns", "--threads", "1")...)
	c.Env = append(os.Environ(), "LTPBENCH_TEST_MAIN=1")
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(filepath.Join(parts+".partial", "training.state")); err == nil {
			break
		}
		if time.Since(begin) > time.Minute {
			t.Fatal("no state was written")
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil || c.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), "the same command resumes") {
		t.Fatalf("interrupted, it ends with %v and says %q", err, said.String())
	}
	if code, _, err := call(arguments(parts, "--seed", "2")...); code != 1 || !strings.Contains(err, "another recipe") {
		t.Errorf("with another seed: exit %d, %s", code, err)
	}
	if code, _, err := call(arguments(parts)...); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	a, err := recipe.ReadOutcome(whole)
	if err != nil {
		t.Fatal(err)
	}
	b, err := recipe.ReadOutcome(parts)
	if err != nil {
		t.Fatal(err)
	}
	if a.Weights != b.Weights || a.Pruner != b.Pruner || a.Steps != b.Steps {
		t.Errorf("stopped and gone on %+v\nleft alone %+v", b, a)
	}

	// The card has what was measured, and its reader may change it.
	card := read(t, filepath.Join(whole, "README.md"))
	for _, part := range []string{"model-index:\n- name: ", `type: "accuracy"`, "value: " + results.Decimal(a.HeldOut.Accuracy), "value: " + results.Decimal(a.HeldOut.Paper), "trained with the rule threshold"} {
		if !strings.Contains(card, part) {
			t.Errorf("README.md lacks %q:\n%s", part, card)
		}
	}
	if err := os.WriteFile(filepath.Join(whole, "README.md"), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, _, err := call(arguments(whole)...); code != 0 || !strings.Contains(err, "already has the weights") {
		t.Errorf("with a changed card: exit %d, %s", code, err)
	}

	file := filepath.Join(t.TempDir(), "eval.txt")
	for _, more := range [][]string{{"--data", data, "--task", "SST-2", "--reference"}, {"--data", filepath.Join(data, "SST-2", "dev.tsv"), "--pruner", "none", "--max-length", "8"}} {
		code, out, err := call(append([]string{"eval", "--model", parts, "-o", file}, more...)...)
		if code != 0 || !strings.Contains(out, results.ExecutedRatio) {
			t.Fatalf("exit %d: %s%s", code, out, err)
		}
	}
	r, err := results.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Points) != 2 || r.Points[0].Key(results.KeySpec) != b.Pruner || r.Points[1].Key(results.KeySpec) != "none" {
		t.Fatalf("the record has %+v", r.Points)
	}
	if v, ok := r.Points[0].Value("reference-" + results.Accuracy); !ok || v < 0.3 || v > 1 {
		t.Errorf("the masked emulation's accuracy is %v", v)
	}
	own, _ := r.Points[0].Value(results.PaperRatio)
	if v, ok := r.Points[0].Value("reference-" + results.PaperRatio); !ok || v > own || v < own-0.3 {
		t.Errorf("the masked emulation's relative FLOPs are %v, the protected run's %v", v, own)
	}
	for i, unit := range []string{results.PaperRatio, results.ExecutedRatio} {
		if v, ok := r.Points[1].Value(unit); !ok || v != 1 {
			t.Errorf("without pruning %s is %v", unit, v)
		}
		if v, ok := r.Points[0].Value(unit); !ok || v < 0.5 || v > 0.9 {
			t.Errorf("with pruning %d, %s is %v", i, unit, v)
		}
	}
}

func TestTrainBadInput(t *testing.T) {
	model, data := lab(t)
	for args, want := range map[string]string{
		"train --model M --data D --task SST-2 -o O --learn":                                     "2 nothing to learn",
		"train --model M --data D --task SST-2 -o O --budget 0.5":                                "2 nothing that a budget",
		"train --model M --data D --task SST-2 -o O --pruner topk:rate=0.5,start=1 --budget 0.1": "1 floor",
		"train --model M --data D --task SST-2 -o O --rank 4 --cut-vocabulary":                   "2 vocabulary",
		"train --model M --data D --task SST-2 -o O --rate=-1":                                   "2 --learning-rate -1",
		"train --model M --data D --task SST-2 -o O --rate=NaN":                                  "2 --learning-rate NaN",
		"train --model M --data D --task SST-2 -o O --every=-1s":                                 "2 --every -1s",
		"train --model M --data D --task SST-2 -o O --max-length 0":                              "2 --max-length 0",
		"train --model M --data D --task SST-2 -o O --max-length 97":                             "2 takes 1 to 96",
		"train --model M --data D --task SST-2 -o O --lambda 0.1":                                "2 --lambda does nothing without --learn",
		"train --model M --data D --task SST-2 -o O --regulariser padded":                        "2 --regulariser does nothing without --learn",
		"train --model M --data D --task SST-2 -o O --temperature 1e-3":                          "2 --temperature does nothing without --learn",
		"train --model M --data D --task SST-2 -o O --learner-rate 1e-3":                         "2 --learner-rate does nothing without --learn",
		"train --model M --data D --task SST-2 -o O --preset LTP":                                "2 --preset \"LTP\" is unknown; there is published",
		"train --model M --data D --task SST-2 -o O --soft-epochs 2":                             "2 --soft-epochs does nothing without --pruner",
		"train --model M --data D --task SST-2 -o O --cut-rate 1e-3":                             "2 --cut-rate does nothing without --rank",
		"train --model M --data /nowhere -o O":                                                   "1 /nowhere",
		"eval --model M --data D --task SST-2 --max-length 1000":                                 "2 --max-length",
		"eval --model M --data D --task MRPC":                                                    "1 MRPC",
		"eval --model M --data /nowhere":                                                         "1 /nowhere",
		"eval --model M --data D --task SST-2 --pruner threshold:theta=0:1":                      "1 2 thetas",
	} {
		var list []string
		for _, a := range strings.Fields(args) {
			switch a {
			case "M":
				a = model
			case "D":
				a = data
			case "O":
				a = filepath.Join(t.TempDir(), "out")
			}
			list = append(list, a)
		}
		code, _, err := call(list...)
		if got := fmt.Sprint(code, " ", err); !strings.HasPrefix(got, want[:2]) || !strings.Contains(got, want[2:]) {
			t.Errorf("%s: exit %s, want %s", args, got, want)
		}
	}
}

// TestTrainPlan: --plan gives the settings and stages of a plan, and flags go over them.
func TestTrainPlan(t *testing.T) {
	model, data := lab(t)
	file, out := filepath.Join(t.TempDir(), "plan.toml"), filepath.Join(t.TempDir(), "out")
	text := "[training]\nlearning-rate = 1e-3\nbatch = 100\nteacher = 'base'\n[[stage]]\nname = 'only'\nrule = 'prune'\nobjectives = ['task', 'distil']\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, _, err := call("train", "--model", model, "--data", data, "--task", "SST-2", "--keep-duplicates", "--plan", file, "--batch", "50", "-o", out); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	made, err := recipe.ReadOutcome(out)
	if err != nil || made.Recipe.LearningRate != 1e-3 || made.Recipe.Batch != 50 || made.Steps != 8 || len(made.Recipe.Stages) != 1 || made.Recipe.Teacher != model {
		t.Errorf("noted %+v, %v", made, err)
	}
	if code, _, err := call("train", "--model", model, "--data", data, "--task", "SST-2", "--plan", "/nowhere.toml", "-o", out+"2"); code == 0 || !strings.Contains(err, "/nowhere.toml") {
		t.Errorf("exit %d: %s", code, err)
	}
}

// TestTrainWhole: with --whole no line tells of held-out text, and a budget is refused.
func TestTrainWhole(t *testing.T) {
	model, data := lab(t)
	arguments := []string{"train", "--model", model, "--data", data, "--task", "SST-2", "--keep-duplicates", "--whole", "-o", filepath.Join(t.TempDir(), "out")}
	if code, _, err := call(append(arguments, "--pruner", "topk:rate=0.4", "--budget", "0.7")...); code != 2 || !strings.Contains(err, "whole") {
		t.Errorf("with a budget: exit %d, %s", code, err)
	}
	code, out, err := call(arguments...)
	if code != 0 || strings.Contains(out, "held-out") || !strings.Contains(out, "rule: none") {
		t.Errorf("exit %d: %s%s", code, out, err)
	}
	made, failed := recipe.ReadOutcome(arguments[len(arguments)-1])
	if failed != nil || made.Training != 400 || !made.Recipe.Whole {
		t.Errorf("noted %+v, %v", made, failed)
	}
	if card := read(t, filepath.Join(arguments[len(arguments)-1], "README.md")); strings.Contains(card, "model-index:") || strings.Contains(card, "FLOPs without") {
		t.Errorf("nothing was held out, and README.md has\n%s", card)
	}
}
