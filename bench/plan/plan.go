// Package plan specifies what a sweep measures: a value that a TOML file or flags
// make, that a run's folder repeats word for word, and that can be checked before
// hours are spent.
package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/pelletier/go-toml/v2"

	"ltpbench/bench/recipe"
	"ltpbench/internal/settings"
)

// Embedded names, in place of a folder or a file, what the program carries in
// itself: the small model, SST-2's dev split, and the points fine-tuned from the model.
const Embedded = "embedded"

// Base names, as a teacher, the unpruned model of the same seed.
const Base = "base"

// Plan is what a sweep measures and how. Every model is measured on every text and
// every device; of each the unpruned model and every method at every budget, once
// for each seed. Paths may name environment variables, as in $HOME/models.
type Plan struct {
	Models  []string  `toml:"models" comment:"Hugging Face folders, or embedded."`
	Methods []string  `toml:"methods" comment:"Rules of ltpbench ls pruners whose knob a budget sets, such as threshold, topk, topk:start=1, topk:keep,\nor with budgets of its own, such as random@0.5 or topk@0.5+0.7;\nor fixed rules, such as topk:rate=0.5,start=1; or embedded: the points of the embedded model."`
	Budgets []float64 `toml:"budgets" comment:"Relative FLOPs (paper) to aim at, above 0 and below 1."`
	// Compare lists what the verdict compares: in each list the first method with the others.
	Compare [][]string `toml:"compare" comment:"What the verdict compares: lists of a method and those to compare it with, such as [['threshold', 'topk']].\nEmpty: the headline methods with every other one."`
	Seeds   []uint64   `toml:"seeds" comment:"Training seeds: of example order, dropout and new weights."`
	Devices []string   `toml:"devices" comment:"See ltpbench ls devices."`
	Threads int        `toml:"threads" comment:"Number of threads; 0: one per processor."`
	// MaxLength bounds texts in training and in what is measured.
	MaxLength int `toml:"max-length" comment:"Maximal number of tokens of a text or pair; 0: the model's maximum."`

	Data     []Data   `toml:"data"`
	Training Training `toml:"training"`
	Measure  Measure  `toml:"measure"`
	// Stages, if any, replace the usual ones of every method that is trained.
	Stages []recipe.Stage `toml:"stage,omitempty"`
	// Own has what is otherwise for single methods.
	Own []Own `toml:"method,omitempty"`
	// Search is read where a method is searched; nil: the default.
	Search *Search `toml:"search,omitempty"`
}

// Data is one text to measure on, and what goes with it. Paths name files, or folders
// that hold the tasks' folders.
type Data struct {
	Task  string `toml:"task" comment:"A task of ltpbench ls tasks, which defines labels and columns. Empty: labels are detected in the text."`
	File  string `toml:"file" comment:"Labelled text to measure: a file, a folder of tasks, or embedded."`
	Train string `toml:"train" comment:"Training text, on which every cell is fine-tuned. Empty: the given weights are used."`
	// Sample is read where nothing is fine-tuned.
	Sample string `toml:"sample" comment:"Without training text: text, labels not needed, on which rules are fitted to the budgets. Empty: a part of file."`
	Limit  int    `toml:"limit" comment:"Measure only the first N examples; 0: all."`

	// Halves are taken of all texts, Limit and duplicates apart; then texts are drawn, the same ones each time. What is
	// taken or drawn keeps its order.
	TrainHalf       string `toml:"train-half,omitempty" comment:"shorter or longer: use only that half of the training text, by words, duplicates apart. Empty: all."`
	TestHalf        string `toml:"test-half,omitempty" comment:"shorter or longer: measure only that half of the text, by words. Empty: all."`
	TestTexts       int    `toml:"test-texts,omitempty" comment:"Measure only N random examples; 0: all."`
	TrainTexts      int    `toml:"train-texts,omitempty" comment:"Use only N random texts of the training text; 0: all."`
	ValidationTexts int    `toml:"validation-texts,omitempty" comment:"For choosing settings: measure N random texts of the training text, of its test-half if there is one, on which nothing is trained, in place of file; 0: file."`

	// Unseen lets splits that are measured one by one share what is trained.
	Unseen []string `toml:"unseen,omitempty" comment:"Splits of the task's folder, besides the measured one, whose texts are left out of the training text too."`

	Split          string `toml:"split" comment:"Which file of a task's folder is measured. Empty: dev, else test."`
	Format         string `toml:"format" comment:"tsv, csv, jsonl or parquet. Empty: by the file's extension."`
	Text           string `toml:"text" comment:"Columns, by name or number from 1. Empty: the task's, or detected by common names."`
	Pair           string `toml:"pair"`
	Label          string `toml:"label"`
	Header         string `toml:"header" comment:"yes or no. Empty: detected."`
	Separator      string `toml:"separator,omitempty" comment:"What stands between columns of tsv or csv, one character. Empty: detected."`
	Quote          string `toml:"quote,omitempty" comment:"yes or no: whether double quotes enclose cells. Empty: detected."`
	SkipBadLines   bool   `toml:"skip-bad-lines,omitempty" comment:"Leave broken lines out and count them."`
	Regression     bool   `toml:"regression" comment:"Labels are scores."`
	MultiLabel     bool   `toml:"multi-label,omitempty" comment:"Any number of labels may hold at once."`
	KeepDuplicates bool   `toml:"keep-duplicates" comment:"Keep training texts that are duplicates or occur in file."`
}

// Training is how weights are trained where there is training text. All methods
// get the same number of steps: learned ones half of them in the soft stage.
type Training struct {
	HeldOut          float64 `toml:"held-out" comment:"Fraction of the training text that is held out: not trained on, used to reach the budgets." default:"0.05" range:"(0,0.5]" flag:"-"`
	BaseEpochs       int     `toml:"base-epochs" comment:"Epochs of training for a model without a head, on all training text." default:"3" range:"[1,)"`
	BaseLearningRate float32 `toml:"base-learning-rate" comment:"Peak learning rate of training for a model without a head." default:"5e-5" range:"(0,1)" aliases:"base-rate"`

	recipe.Settings

	BaseOnly bool `toml:"base-only,omitempty" comment:"Train the unpruned model only, and measure every other cell with its weights."`
	Untuned  bool `toml:"untuned" comment:"Also measure each cell with the base's weights, not fine-tuned."`
}

// Measure is how cells are timed.
type Measure struct {
	Rounds int `toml:"rounds" comment:"Timed passes over all cells, interleaved."`
	// Examples bounds what is timed; what is exact is measured on all.
	Examples int    `toml:"examples" comment:"Number of timed examples, evenly spaced; 0: all."`
	Batch    int    `toml:"batch" comment:"Sequences per batch."`
	Tokens   int    `toml:"tokens" comment:"Maximal number of tokens per batch, instead of a number of sequences; 0: unused."`
	Order    string `toml:"order" comment:"Order of the timed examples: natural, or length (sorted, so that batches have texts of similar length)."`
	Latency  int    `toml:"latency" comment:"Number of examples timed at batch 1, for percentiles."`
	Batches  []int  `toml:"batches" comment:"Batch sizes of a throughput grid, with lengths."`
	Lengths  []int  `toml:"lengths"`
	Exact    bool   `toml:"exact" comment:"Compute all rows of the last layer in timed passes, not only row 0."`
}

// The halves of a text that TrainHalf and TestHalf name.
const Shorter, Longer = "shorter", "longer"

// Default is the plan of a sweep without flags: the embedded model and
// its own points on the embedded text.
func Default() Plan {
	return Plan{
		Models: []string{Embedded}, Methods: []string{Embedded}, Budgets: []float64{}, Compare: [][]string{}, Seeds: []uint64{1}, Devices: []string{"cpu"},
		Data:     []Data{DefaultData()},
		Training: defaultTraining(),
		Measure:  Measure{Rounds: 3, Examples: 128, Batch: 32, Order: "natural", Latency: 60, Batches: []int{}, Lengths: []int{}},
	}
}

func defaultTraining() (t Training) {
	settings.Defaults(&t)
	return t
}

// DefaultData is SST-2's embedded dev split.
func DefaultData() Data { return Data{Task: "SST-2", File: Embedded} }

// Text is the plan as TOML, with every default written out: what Parse reads back
// as the same plan.
func (p Plan) Text() []byte {
	set := p.Searches()
	if p.Search = nil; p.searched() {
		p.Search = &set
	}
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(p); err != nil {
		panic("plan: a Plan is always TOML: " + err.Error())
	}
	return b.Bytes()
}

// Path returns a plan's path with its environment variables put in; one that is not
// set is an error.
func Path(path string) (string, error) {
	var missing string
	full := os.Expand(path, func(name string) string {
		value, ok := os.LookupEnv(name)
		if !ok {
			missing = name
		}
		return value
	})
	if missing != "" {
		return "", fmt.Errorf("%s: the environment variable %s is not set", path, missing)
	}
	return full, nil
}

// Hash returns twelve hex digits that identify the whole plan.
func (p Plan) Hash() string {
	sum := sha256.Sum256(p.Text())
	return hex.EncodeToString(sum[:])[:12]
}
