package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"ltpbench/bench/predict"
	"ltpbench/bench/text"
	"ltpbench/model"
)

// answers writes predictions, a line each.
type answers struct {
	w       *bufio.Writer
	json    bool
	several bool     // several labels at once
	labels  []string // nil in a regression
	begun   bool
}

func newAnswers(w io.Writer, kind string, c *model.Config) *answers {
	a := &answers{w: bufio.NewWriter(w), json: kind == "jsonl"}
	if !c.IsRegression() {
		a.labels = text.LabelNames(c)
	}
	a.several = c.IsMultiLabel()
	return a
}

// answer is a line of JSONL.
type answer struct {
	Label         *string            `json:"label,omitempty"`
	Labels        *[]string          `json:"labels,omitempty"` // where there may be several at once
	Probability   *float64           `json:"probability,omitempty"`
	Score         *float32           `json:"score,omitempty"`
	PerLayer      []int              `json:"kept_per_layer"`
	Tokens        []string           `json:"tokens"`
	Positions     []int32            `json:"positions"`
	Merged        [][]string         `json:"merged,omitempty"` // of which tokens each is made, where the rule merges
	Probabilities map[string]float64 `json:"probabilities,omitempty"`
}

// add writes one prediction.
func (a *answers) add(x predict.Prediction) error {
	if a.json {
		return a.object(x)
	}
	if !a.begun {
		a.begun = true
		head := "label\tprobability"
		if a.labels == nil {
			head = "score"
		}
		fmt.Fprintln(a.w, head+"\tkept_per_layer\ttokens")
	}
	counts := strings.Trim(fmt.Sprint(x.PerLayer), "[]")
	switch {
	case a.labels == nil:
		fmt.Fprintf(a.w, "%.4f", x.Logits[0])
	case a.several:
		labels, probabilities := a.present(x)
		fmt.Fprintf(a.w, "%s\t%s", plain(strings.Join(labels, ",")), strings.Join(probabilities, ","))
	default:
		fmt.Fprintf(a.w, "%s\t%.4f", plain(a.labels[x.Label]), x.Probabilities[x.Label])
	}
	_, err := fmt.Fprintf(a.w, "\t%s\t%s\n", counts, plain(strings.Join(shown(x), " ")))
	return err
}

// shown are the tokens of a cell: of a merged one its parts, joined by +; none of a row
// that has the largest share of no token.
func shown(x predict.Prediction) []string {
	if x.Merged == nil {
		return x.Tokens
	}
	var list []string
	for _, parts := range x.Merged {
		if len(parts) == 0 {
			parts = []string{"·"}
		}
		list = append(list, strings.Join(parts, "+"))
	}
	return list
}

// present is the labels that are at least as likely as not (text.SetOf), with their probabilities.
func (a *answers) present(x predict.Prediction) (labels, probabilities []string) {
	labels = []string{}
	for i, p := range x.Probabilities {
		if x.Logits[i] >= 0 {
			labels, probabilities = append(labels, a.labels[i]), append(probabilities, fmt.Sprintf("%.4f", p))
		}
	}
	return labels, probabilities
}

// plain keeps a cell in its cell.
func plain(s string) string { return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(s) }

func (a *answers) object(x predict.Prediction) error {
	one := answer{PerLayer: x.PerLayer, Tokens: x.Tokens, Positions: x.Positions, Merged: x.Merged}
	if a.labels == nil {
		one.Score = &x.Logits[0]
	} else {
		if a.several {
			labels, _ := a.present(x)
			one.Labels = &labels
		} else {
			one.Label, one.Probability = &a.labels[x.Label], &x.Probabilities[x.Label]
		}
		one.Probabilities = map[string]float64{}
		for i, l := range a.labels {
			one.Probabilities[l] = x.Probabilities[i]
		}
	}
	line, err := json.Marshal(one)
	if err != nil {
		return err
	}
	_, err = a.w.Write(append(line, '\n'))
	return err
}
