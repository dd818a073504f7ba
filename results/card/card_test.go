package card

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"ltpbench/results"
)

const want = `model-index:
- name: "MiniLM-threshold-MRPC"
  results:
  - task:
      type: text-classification
    dataset:
      name: "MRPC"
      type: "mrpc"
      split: "held-out"
    metrics:
    - type: "accuracy"
      name: "accuracy"
      value: 0.8125
    - type: "paper-ratio"
      name: "relative FLOPs (paper)"
      value: 0.5
`

func TestIndex(t *testing.T) {
	var b strings.Builder
	err := Index(&b, []Result{{"MiniLM-threshold-MRPC", "MRPC", "held-out", []results.Value{{Unit: results.Accuracy, Value: 0.8125}, {Unit: results.PaperRatio, Value: 0.5}, {Unit: results.Speedup, Value: math.NaN()}}}})
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s", err, b.String())
	}
	b.Reset()
	if err := Index(&b, nil); err != nil || b.Len() > 0 {
		t.Errorf("nothing is %q, %v", b.String(), err)
	}
}

// hostile are names that would be structure in YAML or markup in Markdown.
var hostile = []string{"", `"`, "a: b", "- x", "# c", "a\nb", "---", "*x*", "<script>", "[a](http://b)", "{x}", "!tag", "&anchor", "%", "`x`", "\x1b[31m", "\u202e", "\xff", `\`, "日本", "null", "|", "~~a~~", "http://x", "&lt;"}

// line is what Index writes: nothing else, whatever the names are.
var line = regexp.MustCompile(`^(model-index:|  results:|  - task:|      type: text-classification|    dataset:|    metrics:|(- name|      name|      type|      split|    - type): "([^"\\]|\\.)*"|      value: [-0-9.]+)$`)

func TestHostile(t *testing.T) {
	for _, text := range hostile {
		var b strings.Builder
		if err := Index(&b, []Result{{text, text, text, []results.Value{{Unit: "u", Value: 1}}}}); err != nil {
			t.Error(err)
		}
		for l := range strings.Lines(b.String()) {
			if !line.MatchString(strings.TrimSuffix(l, "\n")) {
				t.Errorf("%q gives the line %q", text, l)
			}
		}
		prose := Prose(text)
		if bare := regexp.MustCompile(`(^|[^\\])(\\\\)*[*_<>\[\]|#&~@]`); bare.MatchString(strings.NewReplacer(`\\`, "").Replace(prose)) || strings.ContainsAny(prose, "\n\x1b") {
			t.Errorf("%q is %q in Markdown", text, prose)
		}
	}
}
