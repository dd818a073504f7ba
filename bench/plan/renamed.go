package plan

import (
	"bytes"
	"regexp"
)

// renamed are keys of [training] under names that plans of records once had.
var renamed = map[string]string{
	"rate": "learning-rate", "base-rate": "base-learning-rate", "theta-rate": "learner-rate", "decay": "weight-decay", "clip": "max-grad-norm",
}

var (
	table = regexp.MustCompile(`^\s*\[`)
	key   = regexp.MustCompile(`^(\s*)([a-z-]+)(\s*=.*)$`)
)

// current returns a plan's text with the keys of [training] under their current names,
// each in its own line as before.
func current(text []byte) []byte {
	lines, training := bytes.Split(text, []byte("\n")), false
	for i, line := range lines {
		if table.Match(line) {
			training = bytes.HasPrefix(bytes.TrimSpace(line), []byte("[training]"))
		}
		if m := key.FindSubmatch(line); training && m != nil && renamed[string(m[2])] != "" {
			lines[i] = []byte(string(m[1]) + renamed[string(m[2])] + string(m[3]))
		}
	}
	return bytes.Join(lines, []byte("\n"))
}
