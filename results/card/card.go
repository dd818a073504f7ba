// Package card writes what a model's folder says of its scores, in the form that model hubs read: the model-index of a
// README.md's head, https://github.com/huggingface/hub-docs/blob/main/modelcard.md. Whatever names and paths contain
// stays text in it.
package card

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"ltpbench/internal/printable"
	"ltpbench/results"
)

// Result is what one model scores on one text.
type Result struct {
	Model string // its name
	Task  string // the text's
	Split string // which part of it, such as held-out; may be empty
	// Values are scores and costs in registered units.
	Values []results.Value
}

// Index writes the model-index, YAML; nothing without results.
func Index(w io.Writer, list []Result) error {
	var b strings.Builder
	if len(list) > 0 {
		b.WriteString("model-index:\n")
	}
	for _, r := range list {
		fmt.Fprintf(&b, "- name: %s\n  results:\n  - task:\n      type: text-classification\n    dataset:\n      name: %s\n      type: %s\n", quote(r.Model), quote(r.Task), quote(kind(r.Task)))
		if r.Split != "" {
			fmt.Fprintf(&b, "      split: %s\n", quote(r.Split))
		}
		b.WriteString("    metrics:\n")
		for _, v := range r.Values {
			if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
				continue // no number of YAML that hubs take
			}
			fmt.Fprintf(&b, "    - type: %s\n      name: %s\n      value: %s\n", quote(v.Unit), quote(results.UnitOf(v.Unit).Label), strconv.FormatFloat(v.Value, 'f', -1, 64))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quote writes a string of YAML: JSON's are such.
func quote(s string) string {
	text, err := json.Marshal(printable.String(s))
	if err != nil {
		panic("card: " + err.Error()) // of no string
	}
	return string(text)
}

// kind is the task's name as an identifier, which a hub wants as a data set's type.
func kind(task string) string {
	id := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, task)
	if id = strings.Trim(id, "-."); id == "" {
		return "text"
	}
	return id
}

// Prose writes text for Markdown, where nothing of it is markup.
func Prose(s string) string {
	var b strings.Builder
	for _, r := range printable.String(s) {
		if r < 0x80 && strings.ContainsRune("\\`*_{}[]()#+!|<>&~$@\"'", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
