package registry

import (
	"fmt"
	"strconv"
	"strings"
)

// Args are the parameters given in a text.
type Args struct{ values map[string]string }

// Has reports whether the key was given.
func (a Args) Has(key string) bool { _, ok := a.values[key]; return ok }

// Text returns the value of key, or otherwise if it was not given.
func (a Args) Text(key, otherwise string) string {
	if v, ok := a.values[key]; ok {
		return v
	}
	return otherwise
}

// Choice returns the value of key, which must be one of a list; its first member if
// it was not given.
func (a Args) Choice(key string, of ...string) (string, error) {
	text := a.Text(key, of[0])
	for _, x := range of {
		if x == text {
			return text, nil
		}
	}
	return "", fmt.Errorf("%s=%s is none of %s", key, text, strings.Join(of, ", "))
}

// Float returns the value of key as a number from low to high.
func (a Args) Float(key string, otherwise, low, high float64) (float64, error) {
	text, ok := a.values[key]
	if !ok {
		return otherwise, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= low && x <= high) {
		return 0, fmt.Errorf("%s=%s is not a number from %v to %v", key, text, low, high)
	}
	return x, nil
}

// Int returns the value of key as a whole number from low to high.
func (a Args) Int(key string, otherwise, low, high int) (int, error) {
	text, ok := a.values[key]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s=%s is not a whole number from %d to %d", key, text, low, high)
	}
	return n, nil
}
