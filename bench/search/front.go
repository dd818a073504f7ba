package search

import (
	"encoding/json"
	"fmt"
	"math"

	"ltpbench/internal/inputs"
	"ltpbench/pruners"
)

// FrontFile is the name under which a search's result is saved.
const FrontFile = "front.json"

// Front is what a search has found, with what it was about.
type Front struct {
	Method   string `json:"method"` // the series
	Layers   int    `json:"layers"`
	Seed     uint64 `json:"seed"`
	Settings `json:"search"`
	Held     int         `json:"held_out_examples"`
	Front    []Candidate `json:"front"` // cheapest first
}

// Bytes is the front as a file.
func (f *Front) Bytes() ([]byte, error) {
	text, err := json.MarshalIndent(f, "", "  ")
	return append(text, '\n'), err
}

// ParseFront reads a front. What is not one is an error.
func ParseFront(text []byte) (*Front, error) {
	f := &Front{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("it is no front of a search: %w", err)
	}
	if len(f.Front) == 0 {
		return nil, fmt.Errorf("it holds no candidate: name a %s that a search has saved", FrontFile)
	}
	for i, c := range f.Front {
		r, err := pruners.ParseRates(c.Rates.String())
		switch {
		case err != nil:
			return nil, fmt.Errorf("candidate %d: %w", i+1, err)
		case len(r) != f.Layers:
			return nil, fmt.Errorf("candidate %d has %d rates, and the front is for %d layers", i+1, len(r), f.Layers)
		case !(c.Paper > 0 && c.Paper <= 1) || math.IsNaN(c.Score):
			return nil, fmt.Errorf("candidate %d needs %v of the FLOPs, which is not above 0 and at most 1", i+1, c.Paper)
		}
	}
	return f, nil
}

// ReadFront reads a front's file.
func ReadFront(path string) (*Front, error) {
	text, err := inputs.ReadPath(path, 16<<20)
	if err != nil {
		return nil, err
	}
	f, err := ParseFront(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}
