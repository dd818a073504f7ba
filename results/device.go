package results

import (
	"slices"
	"strings"
)

// SameValue reports whether two values of a configuration's key describe the same run.
// Earlier records name of a device only its kind and whether it was eager: "cpu" for
// "cpu:avx2", "cuda:eager" for "cuda:1,bf16,eager". Kernels, compute type and the
// card's model have their own keys, so such a name agrees with the whole one.
func SameValue(key, a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a == b || key == KeyDevice && (a == kindOf(b) || kindOf(a) == b)
}

// kindOf is what an earlier record would have called a device.
func kindOf(device string) string {
	kind, words, _ := strings.Cut(device, ":")
	if slices.Contains(strings.Split(words, ","), "eager") {
		kind += ":eager"
	}
	return kind
}
