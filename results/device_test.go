package results

import "testing"

// A record that names the kind of its device alone can be resumed; two whole names
// have to be the same.
func TestSameValue(t *testing.T) {
	for _, c := range []struct {
		key, a, b string
		same      bool
	}{
		{KeyDevice, "cpu", "cpu", true},
		{KeyDevice, "cpu", "cpu:avx2", true},
		{KeyDevice, "cuda:1,bf16", " cuda", true},
		{KeyDevice, "cuda:eager", "cuda:1,bf16,eager", true},
		{KeyDevice, "cuda", "cuda:eager", false},
		{KeyDevice, "cuda", "cuda:bf16,eager", false},
		{KeyDevice, "cuda:eager", "cuda:bf16", false},
		{KeyDevice, "cpu:generic", "cpu:avx2", false},
		{KeyDevice, "cuda:bf16", "cuda:f16", false},
		{KeyDevice, "cpu", "cuda", false},
		{KeyDevice, "", "cpu", false},
		{"kernel", "avx2", "avx2:x", false},
		{"kernel", "avx2", "avx2 ", true},
	} {
		if SameValue(c.key, c.a, c.b) != c.same || SameValue(c.key, c.b, c.a) != c.same {
			t.Errorf("%s %q and %q: same is not %v", c.key, c.a, c.b, c.same)
		}
	}
}
