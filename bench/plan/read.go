package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pelletier/go-toml/v2"

	"ltpbench/internal/inputs"
)

// most is how many bytes a plan file has at most.
const most = 1 << 20

// Read reads a plan file. What it leaves out is as in Default, but for a file that
// names models, methods or data: nothing is added to those.
func Read(path string) (Plan, error) {
	text, err := inputs.ReadPath(path, most)
	if errors.Is(err, fs.ErrNotExist) {
		return Plan{}, fmt.Errorf("%w: name a plan, as `ltpbench plan show` writes it", err)
	}
	if err != nil {
		return Plan{}, err
	}
	p, err := Parse(text)
	if err != nil {
		return Plan{}, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// Parse is Read for text. Errors show the line; unknown keys are errors.
func Parse(text []byte) (Plan, error) {
	p := Default()
	p.Data = nil
	set := defaultSearch()
	p.Search = &set
	if err := p.Training.UsePreset(preset(text)); err != nil {
		return Plan{}, fmt.Errorf("training: %w", err)
	}
	in := toml.NewDecoder(bytes.NewReader(current(text))).DisallowUnknownFields()
	if err := in.Decode(&p); err != nil {
		var unknown *toml.StrictMissingError
		var wrong *toml.DecodeError
		switch {
		case errors.As(err, &unknown):
			return Plan{}, fmt.Errorf("unknown key; `ltpbench plan show` prints those with defaults, docs/training.md has the others:\n%s", unknown.String())
		case errors.As(err, &wrong):
			row, _ := wrong.Position()
			return Plan{}, fmt.Errorf("line %d: %w\n%s", row, err, wrong.String())
		}
		return Plan{}, err
	}
	if !p.searched() {
		p.Search = nil
	}
	if len(p.Data) == 0 {
		p.Data = []Data{DefaultData()}
	}
	return p, p.Check()
}

// preset is the preset that a plan's text names, which its other keys go over; empty
// if it names none, or cannot be read, which Parse then reports.
func preset(text []byte) string {
	var p struct {
		Training struct {
			Preset string `toml:"preset"`
		} `toml:"training"`
	}
	if toml.Unmarshal(text, &p) != nil {
		return ""
	}
	return p.Training.Preset
}
