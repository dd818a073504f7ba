// Package layers holds the rules of who may import whom.
package layers

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed describes what the packages below a folder may import of this module, as
// folders; the longest folder that fits a package counts.
var allowed = map[string][]string{
	"cmd":                 {"bench", "hw", "model", "pruners", "results", "plots", "internal"},
	"bench":               {"bench", "hw", "model", "pruners", "results", "internal"},
	"model":               {"model", "hw", "pruners", "internal"},
	"model/tokenize":      {"internal"},
	"pruners":             {"hw", "internal/ragged", "internal/registry"},
	"hw":                  {"hw"},
	"hw/cuda":             {"hw", "pruners", "internal/atomicfile"},
	"plots":               {"results", "internal/atomicfile", "internal/printable"},
	"results":             {"internal/atomicfile", "internal/inputs"},
	"results/card":        {"results", "internal/printable"},
	"results/page":        {"internal/printable"},
	"results/report":      {"results", "plots", "internal/printable", "internal/registry"},
	"internal/ragged":     {},
	"internal/atomicfile": {},
	"internal/oracle":     {"internal/ragged"},
	"internal/browser":    {},
	"internal/ci":         {},
	"internal/inputs":     {},
	"internal/layers":     {},
	"internal/machine":    {"hw", "results"},
	"internal/printable":  {},
	"internal/python":     {"internal/atomicfile"},
	"internal/registry":   {},
	"internal/settings":   {},
}

// steps are the packages that a sweep is built of: each may import only those before it.
// Other packages may import all of them, they none of the others, with one exception:
// sweep loads the embedded model.
var steps = []string{"bench/stats", "bench/text", "bench/evaltest", "bench/eval", "bench/clock", "bench/recipe", "bench/search", "bench/plan", "bench/sweep", "bench/verdict", "bench/compare"}

// inOrder reports whether a package of bench may import another one.
func inOrder(pkg, name string) bool {
	if !below(name, "bench") {
		return true
	}
	own, other := slices.Index(steps, pkg), slices.Index(steps, name)
	return own < 0 || other >= 0 && other < own || pkg == "bench/sweep" && name == "bench/embedded"
}

func TestInOrder(t *testing.T) {
	for _, x := range []struct {
		pkg, name string
		may       bool
	}{
		{"bench/eval", "bench/text", true}, {"bench/text", "bench/eval", false}, {"bench/eval", "bench/eval", false}, {"bench/eval", "bench/embedded", false},
		{"bench/sweep", "bench/embedded", true}, {"bench/verdict", "bench/sweep", true}, {"bench/embedded", "bench/recipe", true}, {"cmd/ltpbench", "bench/embedded", true}, {"bench/eval", "model", true},
	} {
		if inOrder(x.pkg, x.name) != x.may {
			t.Errorf("%s may import %s: %v", x.pkg, x.name, !x.may)
		}
	}
}

func below(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "ltpbench/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 10 {
		t.Fatalf("only %d packages found", len(lines))
	}
	for _, line := range lines {
		names := strings.Fields(strings.ReplaceAll(line, "ltpbench/", ""))
		rule := ""
		for folder := range allowed {
			if below(names[0], folder) && len(folder) > len(rule) {
				rule = folder
			}
		}
		if rule == "" {
			t.Errorf("no rule for package %s: say in this file what it may import", names[0])
		}
		for i, name := range names[1:] {
			if !strings.HasPrefix(strings.Fields(line)[i+1], "ltpbench/") {
				continue
			}
			ok := false
			for _, folder := range allowed[rule] {
				ok = ok || below(name, folder)
			}
			if !ok {
				t.Errorf("%s imports %s; %s may import %v", names[0], name, rule, allowed[rule])
			}
			if !inOrder(names[0], name) {
				t.Errorf("%s imports %s; the order is %v", names[0], name, steps)
			}
			if name == "hw/all" && !below(names[0], "cmd") {
				t.Errorf("%s links devices; only cmd does", names[0])
			}
		}
	}
}
