package pruners

import (
	"fmt"
	"os"
	"strings"
)

// readThetas reads thresholds with their divisor, which the file has to name unless
// the rule does.
func readThetas(path, given string) ([]float32, Divisor, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return nil, "", fmt.Errorf("%s is no regular file of at most 1 MiB; name one with thresholds", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	words := strings.Fields(strings.ReplaceAll(string(text), ":", " "))
	divisor := given
	if len(words) > 0 {
		if name, ok := strings.CutPrefix(words[0], "divisor="); ok {
			divisor, words = name, words[1:]
		}
	}
	switch {
	case divisor == "":
		return nil, "", fmt.Errorf("%s does not specify what the scores of its thresholds are divided by; start it with divisor=padded (the published code), divisor=initial or divisor=alive", path)
	case given != "" && given != divisor:
		return nil, "", fmt.Errorf("%s has thresholds for divisor=%s, but the rule has divisor=%s", path, divisor, given)
	}
	err = Divisor(divisor).check()
	var thetas []float32
	if err == nil {
		thetas, err = floats("theta", strings.Join(words, ":"))
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return thetas, Divisor(divisor), nil
}
