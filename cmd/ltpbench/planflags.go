package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/alecthomas/kong"

	"ltpbench/bench/plan"
	"ltpbench/hw"
	"ltpbench/internal/settings"
)

// planFlags make a plan, from a file or out of nothing. Those that are given go over
// what the file, or the default, says.
type planFlags struct {
	File    string    `arg:"" optional:"" name:"plan" help:"Plan file; flags override it." placeholder:"PLAN"`
	Plan    string    `help:"Plan file, as a flag." placeholder:"FILE"`
	Model   []string  `help:"Hugging Face folder, or embedded; repeatable. Default: embedded." placeholder:"DIR" sep:"none"`
	Methods []string  `help:"Rules that a budget sets (threshold, topk, topk:start=1, topk:keep, relative, quantile, calibrated, random, truncate ...) or fixed rules (topk:rate=0.5,start=1), separated by commas; repeatable. See ltpbench ls pruners." placeholder:"LIST" sep:"none"`
	Budgets []float64 `help:"Relative FLOPs to aim at." placeholder:"LIST"`
	Seeds   *int      `help:"Number of training seeds (1..N)." placeholder:"N"`
	Device  []string  `help:"Device, such as cpu or cpu:avx2; repeatable. See ltpbench ls devices." placeholder:"NAME" sep:"none"`
	Threads *int      `help:"Number of threads; 0: one per processor."`

	Data       string `help:"Labelled text to measure: a file or a task's folder. Default: the embedded dev split of SST-2." placeholder:"FILE" group:"Text"`
	Train      string `help:"Training text, a file or a task's folder, on which every point is fine-tuned. Default: the given weights are used." placeholder:"FILE" group:"Text"`
	Sample     string `help:"Without training text: text on which rules are fitted to the budgets. Default: a part of --data, without labels." placeholder:"FILE" group:"Text"`
	Limit      *int   `help:"Measure only the first N examples." placeholder:"N" group:"Text"`
	TrainHalf  string `name:"train-half" help:"Use only that half of the training text, by words: shorter or longer." placeholder:"HALF" group:"Text"`
	TestHalf   string `name:"test-half" help:"Measure only that half of the text, by words: shorter or longer." placeholder:"HALF" group:"Text"`
	TestTexts  *int   `name:"test-texts" help:"Measure only N random examples, always the same." placeholder:"N" group:"Text"`
	TrainTexts *int   `name:"train-texts" help:"Use only N random texts of the training text, always the same." placeholder:"N" group:"Text"`
	Validation *int   `name:"validation-texts" help:"For choosing settings: measure N random texts of the training text, on which nothing is trained, in place of --data." placeholder:"N" group:"Text"`
	Keep       bool   `name:"keep-duplicates" help:"Keep training texts that are duplicates or occur in the measured text." group:"Text"`
	Length     *int   `name:"max-length" help:"Maximal number of tokens of a text or pair." group:"Text"`
	textFlags

	Rounds      *int    `help:"Timed passes over all points, interleaved." group:"Timing"`
	Timed       *int    `help:"Number of timed examples, evenly spaced; 0: all." group:"Timing"`
	Batch       *int    `help:"Sequences per batch." group:"Timing"`
	BatchTokens *int    `help:"Maximal number of tokens per batch, instead of --batch." group:"Timing"`
	Order       *string `help:"Order of the timed examples: natural, or length (sorted)." group:"Timing"`
	Latency     *int    `help:"Number of examples timed at batch 1." group:"Timing"`
	Batches     []int   `help:"Batch sizes of a throughput grid, with --lengths." group:"Timing"`
	Lengths     []int   `help:"Text lengths, in tokens, of the throughput grid." group:"Timing"`
	Exact       bool    `help:"Compute all rows of the last layer in timed passes, not only row 0." group:"Timing"`

	kong.Plugins
	training *settings.Flags // a flag for each setting of [training]
}

// newPlanFlags returns flags with one for each setting of a plan's [training].
func newPlanFlags() planFlags {
	f := settings.NewFlags(plan.Training{}, "Training", "batch", "batch-tokens") // those of a sweep are what is timed
	return planFlags{Plugins: kong.Plugins{f.Struct()}, training: f}
}

// mostSeeds is how many seeds --seeds makes at most.
const mostSeeds = 1000

// usualBudgets are aimed at where methods need some and none are given.
var usualBudgets = []float64{0.5, 0.65, 0.8}

// plan reads the file, if there is one, and puts the flags over it.
func (f *planFlags) plan() (plan.Plan, error) {
	if f.File != "" && f.Plan != "" {
		return plan.Plan{}, errUsage{errors.New("a plan is given twice, with --plan and without")}
	}
	p, file := plan.Default(), f.File+f.Plan
	if file != "" {
		var err error
		if p, err = plan.Read(file); err != nil {
			return plan.Plan{}, err
		}
	}
	if err := f.over(&p, file == ""); err != nil {
		return plan.Plan{}, err
	}
	if err := f.idle(&p); err != nil {
		return plan.Plan{}, errUsage{err}
	}
	if err := p.Check(); err != nil {
		return plan.Plan{}, errUsage{err}
	}
	for _, name := range p.Devices {
		d, err := hw.Open(name, hw.Options{Threads: p.Threads})
		if err != nil {
			return plan.Plan{}, errUsage{err}
		}
		d.Close()
	}
	return p, nil
}

// over puts the flags over a plan; alone means that there was no file.
func (f *planFlags) over(p *plan.Plan, alone bool) error {
	if len(f.Model) > 0 {
		p.Models = f.Model
	}
	if len(f.Methods) > 0 {
		p.Methods = nil
		for _, list := range f.Methods {
			p.Methods = append(p.Methods, plan.SplitMethods(list)...)
		}
	} else if alone && !slices.Equal(p.Models, []string{plan.Embedded}) {
		p.Methods = []string{"threshold", "topk:start=1", "topk"}
	}
	if len(f.Budgets) > 0 {
		p.Budgets = f.Budgets
	} else if alone && slices.ContainsFunc(p.Methods, free) {
		p.Budgets = usualBudgets
	}
	if f.Seeds != nil {
		if *f.Seeds < 1 {
			return errUsage{fmt.Errorf("--seeds %d: at least one is needed", *f.Seeds)}
		}
		if *f.Seeds > mostSeeds {
			return errUsage{fmt.Errorf("--seeds %d: it has to be at most %d", *f.Seeds, mostSeeds)}
		}
		p.Seeds = nil
		for s := range *f.Seeds {
			p.Seeds = append(p.Seeds, uint64(s+1))
		}
	}
	if len(f.Device) > 0 {
		p.Devices = f.Device
	}
	set(&p.Threads, f.Threads)
	set(&p.MaxLength, f.Length)
	var given plan.Training
	f.training.Apply(&given)
	if err := p.Training.UsePreset(given.Preset); err != nil {
		return errUsage{fmt.Errorf("--%w", err)}
	}
	f.training.Apply(&p.Training)
	m := &p.Measure
	set(&m.Rounds, f.Rounds)
	set(&m.Examples, f.Timed)
	set(&m.Batch, f.Batch)
	set(&m.Tokens, f.BatchTokens)
	set(&m.Order, f.Order)
	set(&m.Latency, f.Latency)
	if len(f.Batches) > 0 {
		m.Batches = f.Batches
	}
	if len(f.Lengths) > 0 {
		m.Lengths = f.Lengths
	}
	m.Exact = m.Exact || f.Exact
	return f.overData(p)
}

// overData puts the flags about text over a plan's data.
func (f *planFlags) overData(p *plan.Plan) error {
	if f.Data != "" {
		p.Data = []plan.Data{{File: f.Data, Task: f.Task}}
	} else if f.Task != "" && f.Train == "" {
		p.Data = []plan.Data{{File: plan.Embedded, Task: f.Task}}
	}
	if f.Data == "" && f.Train != "" && p.Data[0].File != plan.Embedded {
		return errUsage{errors.New("--train needs --data FILE, the text to measure on")}
	}
	for i := range p.Data {
		d := &p.Data[i]
		for _, x := range []struct {
			to   *string
			from string
		}{{&d.Train, f.Train}, {&d.Sample, f.Sample}, {&d.Split, f.Split}, {&d.Format, f.Format}, {&d.Text, f.Text}, {&d.Pair, f.Pair}, {&d.Label, f.Label}, {&d.TrainHalf, f.TrainHalf}, {&d.TestHalf, f.TestHalf}} {
			if x.from != "" {
				*x.to = x.from
			}
		}
		if f.Header != nil {
			d.Header = map[bool]string{true: "yes", false: "no"}[*f.Header]
		}
		if f.Quote != nil {
			d.Quote = map[bool]string{true: "yes", false: "no"}[*f.Quote]
		}
		if f.Separator != "" {
			d.Separator = f.separator()
		}
		d.SkipBadLines = d.SkipBadLines || f.SkipBad
		set(&d.Limit, f.Limit)
		set(&d.TestTexts, f.TestTexts)
		set(&d.TrainTexts, f.TrainTexts)
		set(&d.ValidationTexts, f.Validation)
		d.Regression = d.Regression || f.Regression
		d.MultiLabel = d.MultiLabel || f.Several
		d.KeepDuplicates = d.KeepDuplicates || f.Keep
	}
	return nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// free reports whether a method needs the budgets of the plan; Check reports what is wrong with it.
func free(method string) bool {
	m, err := plan.ParseMethod(method)
	return err == nil && m.Budgeted && m.Budgets == nil
}
