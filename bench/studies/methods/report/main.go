// Report regenerates from the records of the study of methods what docs/methods.md says of them: all that is between its
// lines <!-- NAME --> and <!-- /NAME -->.
//
//	go run ./bench/studies/methods/report [STUDY [DOC]]
//
// STUDY is a folder of runs named like the plans of bench/studies/methods, of sst2 one for each split (results/runs/methods).
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	study, doc := filepath.Join("results", "runs", "methods"), filepath.Join("docs", "methods.md")
	switch {
	case len(args) > 2:
		fmt.Fprintln(stderr, "usage: report [STUDY [DOC]]")
		return 2
	case len(args) == 2:
		study, doc = args[0], args[1]
	case len(args) == 1:
		study = args[0]
	}
	if err := rewrite(study, doc); err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 1
	}
	fmt.Fprintln(stdout, doc)
	return 0
}

// rewrite writes the study's results into the page.
func rewrite(study, doc string) error {
	page, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	s, err := open(study)
	if err != nil {
		return err
	}
	sections, err := s.sections()
	if err != nil {
		return err
	}
	text := string(page)
	for _, x := range sections {
		if text, err = splice(text, x.name, x.text); err != nil {
			return fmt.Errorf("%s: %w", doc, err)
		}
	}
	return os.WriteFile(doc, []byte(text), 0o666)
}

// section is what the page has between two marks.
type section struct{ name, text string }

// splice replaces what is between a section's marks.
func splice(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, ok := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return "", fmt.Errorf("it needs a line <!-- %s --> and after it a line <!-- /%[1]s -->", name)
	}
	return before + begin + "\n" + strings.TrimSpace(text) + "\n\n" + end + after, nil
}
