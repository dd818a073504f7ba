package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
	"ltpbench/internal/settings"
)

// Check finds every error that shows without opening a file. Each names its key.
func (p Plan) Check() error {
	var errs []error
	bad := func(format string, args ...any) {
		if len(errs) < mostErrors {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for key, n := range map[string]int{"models": len(p.Models), "methods": len(p.Methods), "seeds": len(p.Seeds), "devices": len(p.Devices), "data": len(p.Data)} {
		if n == 0 {
			bad("%s: name at least one", key)
		}
	}
	cells := 1
	for key, n := range map[string]int{"models": len(p.Models), "methods": len(p.Methods), "budgets": len(p.Budgets), "seeds": len(p.Seeds), "devices": len(p.Devices), "data": len(p.Data), "compare": len(p.Compare)} {
		if n > mostEntries {
			return fmt.Errorf("%s: %d entries; at most %d are possible", key, n, mostEntries)
		}
		if key != "compare" {
			cells *= max(1, n)
		}
		if cells > mostCells {
			return fmt.Errorf("models, data, devices, methods, budgets and seeds make more than %d cells: split the plan", mostCells)
		}
	}
	if slices.Contains(p.Models, "") {
		bad("models (--model): a name is empty: name a folder, or embedded")
	}
	once(bad, "models", p.Models)
	once(bad, "methods", p.Methods)
	once(bad, "budgets", p.Budgets)
	once(bad, "seeds", p.Seeds)
	once(bad, "devices", p.Devices)
	budgets, random := false, false
	names, series := map[string]bool{}, map[string]bool{}
	for _, text := range p.Methods {
		m, err := ParseMethod(text)
		if err != nil {
			bad("methods: %w", err)
		}
		budgets, random = budgets || m.Budgeted && m.Budgets == nil, random || m.Random()
		if m.Budgeted && series[m.Name] {
			bad("methods: %s is there twice; give it all of its budgets at once, as in %[1]s@0.5+0.7", m.Name)
		}
		names[m.Name] = true
		series[m.Name] = series[m.Name] || m.Budgeted
	}
	p.checkCompare(bad, names)
	p.checkOwn(bad, names)
	if budgets && len(p.Budgets) == 0 {
		bad("budgets: the methods need some, such as 0.5")
	}
	for _, b := range p.Budgets {
		if !(b > 0 && b < 1) {
			bad("budgets: %v is not above 0 and below 1", b)
		}
	}
	if p.Threads < 0 || p.MaxLength < 0 {
		bad("threads and max-length have to be at least 0")
	}
	if p.MaxLength > mostTokens {
		bad("max-length: %d is more than %d", p.MaxLength, mostTokens)
	}
	for i, d := range p.Data {
		d.check(fmt.Sprintf("data %d", i+1), bad)
		if d.Train == "" && len(p.Seeds) > 1 && !random {
			bad("seeds: without training text weights do not change, so one seed is enough")
		}
	}
	if p.Training.BaseOnly && p.Training.Untuned {
		bad("training: base-only measures no fine-tuned cells, so untuned has no effect")
	}
	p.Training.check(bad)
	if err := recipe.CheckStages(p.Stages); err != nil {
		bad("%w", err)
	}
	set := p.Searches()
	if err := settings.Check(&set, "search: "); err != nil {
		bad("%w", err)
	}
	once(bad, "search: fronts", set.Fronts)
	p.Measure.check(bad)
	return errors.Join(errs...)
}

// What a plan has at most: entries of a list, cells in all, and errors that are listed.
const mostEntries, mostCells, mostErrors = 10000, 1000000, 20

// most bounds the numbers of a plan.
const mostTokens, mostBatch, mostRounds, mostExamples = 1000000, 65536, 1000000, 1000000000

type report func(format string, args ...any)

func once[T comparable](bad report, key string, list []T) {
	seen := map[T]bool{}
	for _, x := range list {
		if seen[x] {
			bad("%s: %v is there twice", key, x)
		}
		seen[x] = true
	}
}

// checkCompare finds comparisons of methods that the plan does not measure. What the
// embedded model brings along is known only when it is read.
func (p Plan) checkCompare(bad report, names map[string]bool) {
	for _, list := range p.Compare {
		if len(list) < 2 {
			bad("compare: %q: name a method and at least one to compare it with", list)
		}
		for i, name := range list {
			if slices.Contains(list[:i], name) {
				bad("compare: %s is there twice in %q", name, list)
			}
			if !names[name] && !names[Embedded] {
				bad("compare: %s is none of the plan's methods: %s", name, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
			}
		}
	}
}

func (d Data) check(key string, bad report) {
	if d.File == "" {
		bad("%s: file is missing: the text to measure on", key)
	}
	for name, n := range map[string]int{"limit": d.Limit, "test-texts": d.TestTexts, "train-texts": d.TrainTexts, "validation-texts": d.ValidationTexts} {
		if n < 0 {
			bad("%s: %s is below 0", key, name)
		}
		if n > mostExamples {
			bad("%s: %s is above %d", key, name, mostExamples)
		}
	}
	if d.Train == "" && d.TrainTexts+d.ValidationTexts > 0 {
		bad("%s: train-texts and validation-texts are drawn from training text, and train names none", key)
	}
	if d.Train == "" && d.TrainHalf != "" {
		bad("%s: train-half is a half of the training text, and train names none", key)
	}
	for name, half := range map[string]string{"train-half": d.TrainHalf, "test-half": d.TestHalf} {
		if half != "" && half != Shorter && half != Longer {
			bad("%s: %s: %q is neither %s nor %s", key, name, half, Shorter, Longer)
		}
	}
	if d.ValidationTexts > 0 && d.TestTexts > 0 {
		bad("%s: validation-texts takes the place of file, so test-texts has no effect", key)
	}
	if d.Header != "" && d.Header != "yes" && d.Header != "no" {
		bad("%s: header: %q is neither yes nor no", key, d.Header)
	}
	if d.Quote != "" && d.Quote != "yes" && d.Quote != "no" {
		bad("%s: quote: %q is neither yes nor no", key, d.Quote)
	}
	if s := d.Separator; len(s) > 1 || s == `"` || s == "\n" || s == "\r" {
		bad("%s: separator: %q is not one character that may stand between columns", key, s)
	}
	if d.Format != "" && !slices.Contains(text.Kinds(), d.Format) {
		bad("%s: format: %q is none of %q", key, d.Format, text.Kinds())
	}
	if d.Train != "" && d.Sample != "" {
		bad("%s: sample: with training text, budgets are met on a held-out part of that", key)
	}
	if len(d.Unseen) > 0 && (d.Task == "" || d.Train == "" || d.File == Embedded || d.KeepDuplicates) {
		bad("%s: unseen: splits of a task's folder that training text is to have nothing in common with; it needs task, file and train, without keep-duplicates", key)
	}
	once(bad, key+": unseen", d.Unseen)
	if d.Task == "" {
		if d.File == Embedded {
			bad("%s: the embedded text is task SST-2's", key)
		}
		return
	}
	t, err := text.Lookup(d.Task)
	if err != nil {
		bad("%s: task: %w", key, err)
		return
	}
	if d.File == Embedded && t.Name != "SST-2" {
		bad("%s: only SST-2's dev split is embedded: %s needs a file (--data FILE)", key, t.Name)
	}
	for _, split := range append([]string{d.Split}, d.Unseen...) {
		if _, ok := t.Splits[split]; split != "" && !ok {
			bad("%s: %s has no split %q; there are %q", key, t.Name, split, t.SplitNames())
		}
	}
}

func (t Training) check(bad report) {
	if err := settings.Check(t, "training: "); err != nil {
		bad("%w", err)
	}
	if err := t.CheckSchedules(); err != nil {
		bad("training: %w", err)
	}
	if t.Hidden != 0 && t.Teacher == "" {
		bad("training: hidden: whose hidden states? name a teacher, such as base")
	}
}

func (m Measure) check(bad report) {
	if m.Rounds < 1 || m.Batch < 1 {
		bad("measure: rounds (--rounds) and batch (--batch) have to be at least 1")
	}
	if m.Rounds > mostRounds || m.Batch > mostBatch || m.Tokens > mostBatch*256 || m.Latency > mostExamples || m.Examples > mostExamples {
		bad("measure: rounds (--rounds) has to be at most %d, batch (--batch) %d, tokens %d, latency and examples %d", mostRounds, mostBatch, mostBatch*256, mostExamples)
	}
	if m.Tokens < 0 || m.Latency < 0 || m.Examples < 0 {
		bad("measure: tokens, latency and examples have to be at least 0")
	}
	if m.Order != "natural" && m.Order != "length" {
		bad("measure: order: %q is neither natural nor length", m.Order)
	}
	if (len(m.Batches) == 0) != (len(m.Lengths) == 0) {
		bad("measure: batches and lengths make a grid: give both or neither")
	}
	for _, n := range append(slices.Clone(m.Batches), m.Lengths...) {
		if n < 1 {
			bad("measure: batches and lengths have to be at least 1")
		} else if n > mostBatch {
			bad("measure: batches and lengths have to be at most %d", mostBatch)
		}
	}
}
