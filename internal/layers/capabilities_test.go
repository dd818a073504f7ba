package layers

import (
	"go/ast"
	"strings"
	"testing"
)

// through names the function of package pruners by which others ask for a capability, where
// they do not name its interface.
var through = map[string]string{
	"Checker": "Fits", "Decider": "Decides", "Stateful": "StateOf", "Wrapper": "As", "NetLearner": "LearnerAs",
	"Early": "Before", "Shallow": "Depth", "KeyReader": "ReadsKeys", "Searched": "WithRates", "Growing": "Grow",
}

// TestCapabilities: every interface that a rule or its learner may implement is asked for by some
// package: one that nobody uses is a promise without effect.
func TestCapabilities(t *testing.T) {
	kinds := map[string]bool{}
	each(t, "../../pruners", func(path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.IsExported() {
				if _, ok := s.Type.(*ast.InterfaceType); ok {
					kinds[s.Name.Name] = true
				}
			}
			return true
		})
	})
	if len(kinds) < 10 || !kinds["Merger"] {
		t.Fatalf("found the interfaces %v", kinds)
	}
	used := map[string]bool{}
	each(t, "../..", func(path string, f *ast.File) {
		if below(path, "pruners") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := s.X.(*ast.Ident); ok && id.Name == "pruners" {
					used[s.Sel.Name] = true
				}
			}
			return true
		})
	})
	for kind := range kinds {
		by := kind
		if f := through[kind]; f != "" {
			by = f
		}
		if !used[by] {
			t.Errorf("pruners.%s: no package uses %s", kind, strings.TrimSpace(by))
		}
	}
}
