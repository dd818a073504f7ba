package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// named are the files outside pruners/ that may name rules in specs: they hold data.
var named = map[string]string{
	"cmd/ltpbench/planflags.go":              "the methods of a sweep that names none",
	"bench/breakdown/measure.go":             "the points that the breakdown measures",
	"bench/gpucheck/oracle.go":               "the oracle's answers are those of these rules",
	"bench/studies/methods/report/claims.go": "what the study of methods compares",
	"internal/atomicfile/step.go":            "an operation on files has the name of one",
	"internal/oracle/published.go":           "a published rule begins in another layer",
	"hw/cuda/meter.go":                       "a measured quantity has the name of one",
	"results/unitlist.go":                    "a unit has the name of one",
}

// TestRules: outside pruners/ nothing asks for a rule by its name or Go type, so that a rule is one file.
// What others need to know of it is in its pruners.Rule.
func TestRules(t *testing.T) {
	types, names := map[string]bool{}, map[string]bool{}
	each(t, "../../pruners", func(path string, f *ast.File) { collect(f, types, names) })
	delete(types, "None")
	delete(names, "none")
	if !types["Threshold"] || !types["TopK"] || !names["threshold"] || !names["topk"] {
		t.Fatalf("found the types %v and the names %v", types, names)
	}
	used := map[string]bool{}
	each(t, "../..", func(path string, f *ast.File) {
		if below(path, "pruners") {
			return
		}
		for _, what := range asks(f, types, names) {
			if named[path] == "" {
				t.Errorf("%s names a rule: %s; put what it needs to know into pruners.Rule", path, what)
			}
			used[path] = true
		}
	})
	for path := range named {
		if !used[path] {
			t.Errorf("%s names no rule: take it off the list", path)
		}
	}
}

// TestRulesFinds: what the test above looks for is found.
func TestRulesFinds(t *testing.T) {
	for code, found := range map[string]bool{
		`var _ = pruners.TopK{}`:             true,
		`func f(p any) { p.(pruners.TopK) }`: true,
		`var x = "topk"`:                     true,
		`var x = "topk:rate=0.5"`:            true,
		`var x = "e.g. topk:rate=0.5"`:       false,
		`var x = pruners.None{}`:             false,
		`var x = "none"`:                     false,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+code, parser.SkipObjectResolution)
		if err != nil && found {
			t.Fatal(err)
		}
		if got := len(asks(f, map[string]bool{"TopK": true}, map[string]bool{"topk": true})) > 0; got != found {
			t.Errorf("%s: found %v", code, got)
		}
	}
}

// each parses the Go files below a folder that are no tests.
func each(t *testing.T, root string, do func(path string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name, err := filepath.Rel("../..", path)
		do(filepath.ToSlash(name), f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// collect finds exported types with a method Keep, and the names of registered rules.
func collect(f *ast.File, types, names map[string]bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "Keep" && n.Recv != nil {
				if id, ok := n.Recv.List[0].Type.(*ast.Ident); ok && id.IsExported() {
					types[id.Name] = true
				}
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); !ok || id.Name != "Rule" {
				return true
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Name" {
					if text, ok := literal(kv.Value); ok {
						names[text] = true
					}
				}
			}
		}
		return true
	})
}

// asks lists where a file names a rule's type, or a rule in a string.
func asks(f *ast.File, types, names map[string]bool) (list []string) {
	tags := map[*ast.BasicLit]bool{} // of structs, such as the oracle's JSON
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && id.Name == "pruners" && types[n.Sel.Name] {
				list = append(list, "pruners."+n.Sel.Name)
			}
		case *ast.Field:
			tags[n.Tag] = true
		case *ast.BasicLit:
			text, ok := literal(n)
			name, _, _ := strings.Cut(text, ":")
			if ok && names[name] && !tags[n] {
				list = append(list, strconv.Quote(text))
			}
		}
		return true
	})
	return list
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
