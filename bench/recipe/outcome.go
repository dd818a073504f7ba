package recipe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"syscall"

	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/atomicfile"
	"ltpbench/internal/inputs"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Outcome is how weights were made: training.json beside them.
type Outcome struct {
	Recipe   Recipe       `json:"recipe"`
	Pruner   string       `json:"pruner"`             // the rule to run the weights with; see Rule
	Learned  string       `json:"learned,omitempty"`  // hash of what the rule has learned, in pruner.safetensors
	HeldOut  Score        `json:"held_out,omitzero"`  // on the held-out part of the training text, if there is one
	Settings []Setting    `json:"settings,omitempty"` // how the rule was brought to the budget
	Lambda   float32      `json:"lambda,omitempty"`   // at the soft stage's end
	Figures  []Figure     `json:"figures,omitempty"`  // that objectives report of stages
	Steps    int          `json:"steps"`              // of all stages together
	Tokens   int          `json:"tokens"`             // that all steps together were trained on
	Training int          `json:"training_examples"`
	Dropped  text.Dropped `json:"dropped,omitzero"` // training texts that were taken out before
	// Truncated is how many of the training examples were longer than the recipe's maximal length.
	Truncated int `json:"truncated_examples,omitempty"`

	Seconds float64 `json:"seconds"` // of all parts of a run that was stopped
	From    string  `json:"from_hash"`
	Data    string  `json:"data_hash"`
	Weights string  `json:"weights_hash"`
	Machine
	Build   string `json:"build,omitempty"`   // for the caller to fill in
	Command string `json:"command,omitempty"` // likewise
}

// Setting is one change of a rule for the budget's sake.
type Setting struct {
	Step     int     `json:"after_step"` // of all stages
	From     string  `json:"from"`
	To       string  `json:"to"`
	Examples int     `json:"held_out_examples"`             // that it was brought to the budget on
	Learned  float64 `json:"learned_paper_ratio,omitempty"` // that they needed with From, as a stage had learned it
	Paper    float64 `json:"paper_ratio"`                   // that they need with it
	Warning  string  `json:"warning,omitempty"`
}

// Figure is a number that an objective reports of a stage.
type Figure struct {
	Stage string `json:"stage"`
	train.Figure
}

// Warning is what is wrong with the rule that came out; empty if nothing.
func (o *Outcome) Warning() string {
	if len(o.Settings) == 0 {
		return ""
	}
	return o.Settings[len(o.Settings)-1].Warning
}

// Machine specifies where a run took place.
type Machine struct {
	Device  string `json:"device"`
	Kernel  string `json:"kernel"`
	Model   string `json:"cpu"`
	Threads int    `json:"threads"`
	OS      string `json:"goos"`
	Arch    string `json:"goarch"`
	Go      string `json:"go"`
}

func describe(d hw.Device) Machine {
	i := d.Info()
	return Machine{i.Name, i.Kernel, i.Model, i.Threads, runtime.GOOS, runtime.GOARCH, runtime.Version()}
}

// Made is what a recipe gave.
type Made struct {
	Outcome
	Rule      pruners.Pruner    // Outcome.Pruner, with what it has learned
	Weights   *model.Checkpoint // the caller's
	Tokenizer *tokenize.Tokenizer

	delta []byte // of a recipe that saves no more than that
}

// Save writes the weights as a Hugging Face folder, or the delta alone if
// the recipe says so, training.json, of a whole folder a README.md, and last the checksums of all.
func (m *Made) Save(dir string) error {
	note, err := json.MarshalIndent(m.Outcome, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	switch {
	case m.delta != nil:
		err = atomicfile.Write(filepath.Join(dir, deltaFile), m.delta)
	case m.Recipe.Half:
		err = m.Weights.SaveShards(dir, model.F16, 19e6)
	default:
		err = m.Weights.Save(dir)
	}
	if err == nil && m.delta == nil {
		err = m.Tokenizer.Save(dir)
	}
	var learned []byte
	if err == nil {
		learned, err = ruleBytes(m.Rule)
	}
	if err == nil && learned != nil {
		err = atomicfile.Write(filepath.Join(dir, ruleFile), learned)
	}
	if err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, noteFile), append(note, '\n')); err != nil {
		return err
	}
	if err := writeSums(dir); err != nil || m.delta != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, cardFile), m.card()) // for its readers to change: it has no checksum
}

// Made returns the outcome of this recipe on this input that Save has left in a folder; nil if what is there is none,
// or another one's. What is there and damaged is an error.
func (c Recipe) Made(in *Input, dir string) (*Outcome, error) {
	o, err := ReadOutcome(dir)
	if err != nil || o == nil {
		return nil, err
	}
	c = c.Effective().Sized(len(in.Texts))
	if o.Recipe.Identity() != c.Identity() || o.From != in.Weights.Hash() || o.Data != text.HashLists(in.Texts, in.HeldOut) {
		return nil, nil
	}
	return o, Store(filepath.Dir(dir)).Verify(filepath.Base(dir))
}

// noteFile tells how the weights beside it were made.
const noteFile = "training.json"

// ReadOutcome reads the note that Save has left in a folder; nil if there is none.
func ReadOutcome(dir string) (*Outcome, error) {
	path := filepath.Join(dir, noteFile)
	data, err := inputs.ReadPath(path, 16<<20)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o := &Outcome{}
	if err := json.Unmarshal(data, o); err != nil {
		return nil, fmt.Errorf("%s: %w; it describes how the weights beside it were trained: fix it, or move it away", path, err)
	}
	return o, nil
}
