package machine

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestQuoted: a shell reads the arguments that were quoted for it.
func TestQuoted(t *testing.T) {
	args := []string{"--data", "my file.tsv", "it's", "", "$HOME", "a\nb", "topk:start=1,rate=0.5", `"x"`, "*", "~"}
	if got := quoted(args[:2]); got != "--data 'my file.tsv'" {
		t.Error(got)
	}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+quoted(args)).Output()
	if err != nil {
		t.Skipf("no shell: %v", err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, args) {
		t.Errorf("%q", got)
	}
}
