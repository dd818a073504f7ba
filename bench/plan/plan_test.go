package plan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ltpbench/pruners"
)

// A plan written out reads back as the same plan, with every key.
func TestText(t *testing.T) {
	p := Default()
	p.Models, p.Methods, p.Budgets, p.Seeds = []string{"a", "b"}, []string{"threshold", "topk:rate=0.5,start=1"}, []float64{0.5, 0.875}, []uint64{3}
	p.Data = []Data{{Task: "MRPC", File: "$DATA/x \"y\".tsv", Train: "t", Limit: 7}, {File: "z.csv", Text: "1", Label: "#2", Header: "no", Regression: true, Sample: "s"}}
	p.Measure.Batches, p.Measure.Lengths = []int{1, 8}, []int{16}
	got, err := Parse(p.Text())
	if err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("%v\n%+v\nwant\n%+v\n%s", err, got, p, p.Text())
	}
	if got.Hash() != p.Hash() || got.Hash() == Default().Hash() {
		t.Error("hashes do not tell plans apart")
	}
	if d, err := Parse(Default().Text()); err != nil || !reflect.DeepEqual(d, Default()) {
		t.Errorf("the default: %v\n%+v", err, d)
	}
}

// What a file leaves out is as in Default; lists are replaced, not added to.
func TestParse(t *testing.T) {
	p, err := Parse([]byte("models = ['x']\nmethods = ['topk']\nbudgets = [0.7]\n[training]\nlambda = 0.1\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Models, want.Methods, want.Budgets, want.Training.Lambda = []string{"x"}, []string{"topk"}, []float64{0.7}, 0.1
	if !reflect.DeepEqual(p, want) {
		t.Errorf("%+v\nwant\n%+v", p, want)
	}
}

// Stages are read from [[stage]] and written back, with their passes.
func TestStages(t *testing.T) {
	p, err := Parse([]byte(`
[[stage]]
name = 'soft'
rule = 'learn'
objectives = ['task', 'mask:weight=0.1']

[[stage]]
name = 'sandwich'
learning-rate = 1e-4
schedule = 'cosine:warmup=0'
[[stage.pass]]
rule = 'nothing'
[[stage.pass]]
rule = 'prune'
objectives = ['distil:from=first']
weight = 0.5
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Stages) != 2 || len(p.Stages[1].Passes) != 2 || p.Stages[1].Passes[1].Weight != 0.5 || p.Stages[0].Objectives[1] != "mask:weight=0.1" {
		t.Errorf("%+v", p.Stages)
	}
	if again, err := Parse(p.Text()); err != nil || again.Hash() != p.Hash() {
		t.Errorf("%v\n%s", err, p.Text())
	}
}

// The plans of docs/training.md are read.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/training.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(page), "```toml\n")[1:]
	if len(parts) != 5 {
		t.Fatalf("%d plans on the page", len(parts))
	}
	for _, part := range parts {
		text, _, _ := strings.Cut(part, "```")
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%v:\n%s", err, text)
		}
	}
}

// Plans of committed records are read, whose keys had other names.
func TestRecords(t *testing.T) {
	files, err := filepath.Glob("../../results/runs/*/plan.toml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range append(files, "../studies/mrpc.toml") {
		p, err := Read(file)
		if err != nil || p.Training.LearningRate != 2e-5 || p.Training.LearnerRate != 1e-3 || p.Training.MaxGradNorm != 1 {
			t.Errorf("%s: %+v, %v", file, p.Training, err)
		}
	}
	p, err := Parse([]byte("[measure]\nbatch = 8\n [training]\n  theta-rate = 0.5 # as it was\nclip = 0\n"))
	if err != nil || p.Training.LearnerRate != 0.5 || p.Training.MaxGradNorm != 0 {
		t.Errorf("%+v, %v", p.Training, err)
	}
}

func TestRefuses(t *testing.T) {
	for text, want := range map[string][]string{
		"budget = [0.5]":       {"unknown key", "budget = [0.5]", "~~~"},
		"models = 3":           {"line 1", "models = 3"},
		"models = ['a'":        {"line 1"},
		"seeds = []":           {"seeds: name at least one"},
		"seeds = [1, 1]":       {"seeds: 1 is there twice"},
		"methods = ['tok']":    {`no pruner "tok"`},
		"methods = ['none']":   {"none is always measured"},
		"methods = ['topk']":   {"budgets"},
		"compare = [['topk']]": {"at least one to compare it with"},
		"methods = ['topk:rate=0.5']\ncompare = [['topk', 'relative']]": {"relative is none of the plan's methods: topk"},
		"methods = ['topk']\nbudgets = [1.5]":                           {"1.5 is not above 0 and below 1"},
		"seeds = [1, 2]":                                                {"without training text"},
		"[measure]\nrounds = 0":                                         {"rounds"},
		"[measure]\nlengths = [8]":                                      {"give both or neither"},
		"[measure]\norder = 'up'":                                       {`"up" is neither`},
		"[training]\nlearning-rate = nan":                               {"learning-rate"},
		"[training]\nschedule = 'line'":                                 {"there are: constant"},
		"[[stage]]\nname = 'x'":                                         {"stage 1: rule is missing"},
		"[[stage]]\nrule = 'lern'":                                      {`rule "lern": it has to be one of`},
		"[[stage]]\nrule = 'prune'\nobjectives = ['entropy']":           {"stage 1", "there are: "},
		"[[stage]]\nrule = 'prune'\nschedule = 'x'":                     {"no schedule"},
		"[[stage]]\nrule = 'prune'\n[[stage.pass]]":                     {"those of its passes"},
		"[training]\nheld-out = 0.0":                                    {"held-out"},
		"[training]\nfreeze = 'all'":                                    {`"all": it has to be one of`},
		"[[data]]\ntask = 'MRPC'\nfile = 'embedded'":                    {"--data FILE"},
		"[[data]]\ntask = 'nope'\nfile = 'x'":                           {`no task "nope"`},
		"[[data]]\ntask = 'MRPC'":                                       {"file is missing"},
		"[[data]]\ntask = 'MRPC'\nfile = 'x'\nsplit = 'dove'":           {`no split "dove"`},
		"[[data]]\nfile = 'x'\ntrain = 't'\ntest-half = 'long'":         {`test-half: "long" is neither shorter nor longer`},
		"[[data]]\nfile = 'x'\ntrain = 't'\ntrain-half = 'Shorter'":     {`train-half: "Shorter" is neither shorter nor longer`},
		"[[data]]\nfile = 'x'\ntrain-half = 'shorter'":                  {"train names none"},
		"[[data]]\nfile = 'x'\nheader = 'perhaps'":                      {"neither yes nor no"},
		"[[data]]\nfile = 'x'\nformat = 'xls'":                          {"none of"},
		"[[data]]\nfile = 'x'\ntrain = 't'\nsample = 's'":               {"held-out part"},
	} {
		_, err := Parse([]byte(text))
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error lacks %q: %v", text, part, err)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	for text, want := range map[string]struct {
		free bool
		rule string
	}{
		"threshold": {true, "threshold:final=0.01"}, "threshold:divisor=alive": {true, "threshold:final=0.01,divisor=alive"},
		"topk": {true, "topk:rate=0.5"}, "topk:start=1": {true, "topk:rate=0.5,start=1"}, "topk:keep": {true, "topk:keep=0.5"},
		"relative": {true, "relative:t=0.3"}, "quantile": {true, "quantile:q=0.1"}, "calibrated:shape=growing": {true, "calibrated:q=0.1,shape=growing"}, "quantile:score=cls": {true, "quantile:q=0.1,score=cls"}, "random": {true, "random:keep=0.5,seed=7"}, "topk:keep,score=cls": {true, "topk:keep=0.5,score=cls"},
		"threshold:divisor=mean,score=others": {true, "threshold:final=0.01,divisor=mean,score=others"},
		"topk:rate=0.3,start=1":               {false, "topk:rate=0.3,start=1"}, "relative:t=0.2": {false, "relative:t=0.2"}, "threshold:final=0.004": {false, "threshold:final=0.004"},
	} {
		m, err := ParseMethod(text)
		if err != nil || m.Budgeted != want.free {
			t.Errorf("%s: %v, free %v", text, err, m.Budgeted)
			continue
		}
		if rule := m.Rule(7).Spec().String(); want.rule != "" && rule != want.rule {
			t.Errorf("%s begins with %s", text, rule)
		}
		if m.Budgeted && m.Name != pruners.Series(m.Rule(7)) {
			t.Errorf("%s is called %s and its rules' series %s", text, m.Name, pruners.Series(m.Rule(7)))
		}
	}
	if m, err := ParseMethod("random"); err != nil || m.Rule(7).Spec().String() == m.Rule(8).Spec().String() {
		t.Error("random is the same for two seeds")
	}
	got := SplitMethods("threshold,topk:rate=0.5,start=1,topk:start=1,random")
	if want := []string{"threshold", "topk:rate=0.5,start=1", "topk:start=1", "random"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestCells(t *testing.T) {
	p := Default()
	p.Methods, p.Budgets, p.Seeds = []string{"threshold", "topk:rate=0.5"}, []float64{0.5, 0.7}, []uint64{1, 2}
	p.Training.Untuned = true
	// A seed has the unpruned model, twice two thresholds and twice one top-k.
	cells := p.Cells(Data{Train: "t"})
	if len(cells) != 2*(1+2*(2+1)) || !cells[0].None() || cells[0].Seed != 1 || cells[7].Seed != 2 {
		t.Errorf("%d cells: %+v", len(cells), cells)
	}
	if cells = p.Cells(Data{}); len(cells) != 2*(1+2+1) || cells[1].Tuned {
		t.Errorf("without training text %d cells: %+v", len(cells), cells)
	}
	// Budgets of a method's own take the place of the plan's.
	p.Methods, p.Seeds = []string{"threshold", "random@0.475", "topk@0.3+0.6"}, p.Seeds[:1]
	p.Training.Untuned, p.Training.BaseOnly = false, true
	var got []string
	for _, c := range p.Cells(Data{Train: "t"}) {
		got = append(got, fmt.Sprint(c.Method.Name, " ", c.Budget, " ", c.Tuned))
	}
	if want := []string{"none 0 true", "threshold 0.5 false", "threshold 0.7 false", "random 0.475 false", "topk 0.3 false", "topk 0.6 false"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for text, want := range map[string]string{
		"topk:rate=0.5@0.5": "leave @0.5 out", "topk@": `"" is no budget`, "topk@1": `"1" is no budget`, "topk@0.5+0.5": "0.5 is there twice", "topk@NaN": "is no budget",
	} {
		if _, err := ParseMethod(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	p.Methods = []string{"topk@0.3", "topk"}
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "topk is there twice") {
		t.Errorf("one method with two lists of budgets: %v", err)
	}
}

// Methods may have settings and stages of their own.
func TestOwnSettings(t *testing.T) {
	text := `models = ['m']
methods = ['threshold', 'topk:start=1', 'random@0.5']
budgets = [0.5]

[[data]]
file = 'dev.tsv'
train = 'train.tsv'

[training]
learning-rate = 3e-5
epochs = 2

[[method]]
names = ['threshold', 'random']
[method.training]
learning-rate = 1e-5
lambda = 0.2

[[method.stage]]
name = 'both'
rule = 'learn'
`
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	own, stages := p.Recipe("random")
	if own.LearningRate != 1e-5 || own.Lambda != 0.2 || own.Epochs != 2 || len(stages) != 1 || stages[0].Name != "both" {
		t.Errorf("its own settings are %+v, stages %+v", own, stages)
	}
	if all, stages := p.Recipe("topk:start=1"); all.LearningRate != 3e-5 || stages != nil {
		t.Errorf("the settings of all are %+v, stages %+v", all, stages)
	}
	again, err := Parse(p.Text())
	if err != nil || again.Hash() != p.Hash() {
		t.Errorf("written out: %v\n%s", err, p.Text())
	}
	for from, want := range map[string]string{
		"lambda = 0.2":        "lamda = 0.2",
		"['threshold', 'rand": "['topk', 'rand",
		"'learn'":             "'lern'",
		"rate = 1e-5":         "rate = -1",
		"lambda = 0.2\n":      "preset = 'published'\n",
	} {
		if _, err := Parse([]byte(strings.Replace(text, from, want, 1))); err == nil || !strings.Contains(err.Error(), "method 1: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
	_, err = Parse([]byte(text + "[[method]]\nnames = ['random']\n"))
	if err == nil || !strings.Contains(err.Error(), "method 2: random has settings of its own before") {
		t.Errorf("settings twice: %v", err)
	}
}

// Whatever is read writes out and reads back as the same plan.
func FuzzParse(f *testing.F) {
	f.Add(Default().Text())
	f.Add([]byte("models = ['x']\nbudgets = [0.5]\nmethods = ['topk']\n[[data]]\nfile = 'y'\ntrain = 'z'\n"))
	f.Add([]byte("methods = ['topk@0.5+0.7']\n[[data]]\nfile = 'y'\n[[method]]\nnames = ['topk']\n[method.training]\nlambda = 1\n"))
	f.Add([]byte("seeds = [18446744073709551615]\nbudgets = [1e-300]\n[training]\nlambda = 1e39\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(p.Text())
		if err != nil || !bytes.Equal(again.Text(), p.Text()) {
			t.Errorf("%v\n%s\nbecomes\n%s", err, p.Text(), again.Text())
		}
	})
}

// TestPreset: a plan's preset sets what its other keys leave out, whichever stands
// first, and the plan written out reads back as the same.
func TestPreset(t *testing.T) {
	p, err := Parse([]byte("[training]\nweight-decay = 0.02\npreset = 'published'\nlambda = 0.2\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := p.Training
	if s.WeightDecay != 0.02 || s.Lambda != 0.2 || !s.ClipTogether || !s.EpsFirst || s.Batch != 64 || s.Schedule != "linear:warmup=0" || s.LearnerRate != 0 || s.Regulariser != "padded" {
		t.Errorf("the plan's training is %+v", s)
	}
	again, err := Parse(p.Text())
	if err != nil || again.Hash() != p.Hash() {
		t.Errorf("written out and read again it is another plan: %v\n%s", err, again.Text())
	}
	if _, err := Parse([]byte("[training]\npreset = 'other'\n")); err == nil || !strings.Contains(err.Error(), "training: preset") {
		t.Errorf("an unknown preset: %v", err)
	}
}
