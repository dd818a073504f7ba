package plan

import (
	"strings"
	"testing"
)

// TestUnseen: splits that are unseen are a task's, and only training text can lose them.
func TestUnseen(t *testing.T) {
	for text, want := range map[string]string{
		"task = 'MRPC'\nfile = 'x'\ntrain = 't'\nunseen = ['dev', 'test']":                 "",
		"file = 'x'\ntrain = 't'\nunseen = ['dev']":                                        "needs task",
		"task = 'MRPC'\nfile = 'x'\nunseen = ['dev']":                                      "needs task, file and train",
		"task = 'MRPC'\nfile = 'x'\ntrain = 't'\nkeep-duplicates = true\nunseen = ['dev']": "without keep-duplicates",
		"task = 'MRPC'\nfile = 'x'\ntrain = 't'\nunseen = ['dove']":                        `no split "dove"`,
		"task = 'MRPC'\nfile = 'x'\ntrain = 't'\nunseen = ['dev', 'dev']":                  "dev is there twice",
	} {
		_, err := Parse([]byte("models = ['m']\nmethods = ['topk']\nbudgets = [0.5]\n[[data]]\n" + text + "\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\nwant %q: %v", text, want, err)
		}
	}
}
