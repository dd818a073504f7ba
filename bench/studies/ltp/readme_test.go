package ltp_test

import (
	"regexp"
	"strings"
	"testing"
)

// TestReadme: every figure with an interval in the README's answer, and in what the study's page says first, is one that
// the records give: it stands in a part of the page that report writes.
func TestReadme(t *testing.T) {
	page := read(t, "../../../docs/study.md")
	var written strings.Builder
	for _, part := range regexp.MustCompile(`(?s)<!-- \w+ -->\n(.*?)<!-- /\w+ -->`).FindAllStringSubmatch(page, -1) {
		written.WriteString(part[1])
	}
	records := strings.ReplaceAll(written.String(), "+", "")
	readme := read(t, "../../../README.md")
	_, answer, found := strings.Cut(readme, "**The answer so far**")
	answer, _, closed := strings.Cut(answer, "![")
	if !found || !closed {
		t.Fatal("the README has no answer with a picture after it")
	}
	first, _, _ := strings.Cut(page, "## Protocol")
	figure := regexp.MustCompile(`[+-]?\d+\.\d+(?: points| times as fast)?\s\[[+-]?\d+\.\d+, [+-]?\d+\.\d+\]`)
	for name, text := range map[string]string{"README.md": answer, "docs/study.md": first} {
		all := figure.FindAllString(text, -1)
		if len(all) < 2 {
			t.Errorf("%s: %d figures with intervals found", name, len(all))
		}
		for _, x := range all {
			plain := strings.NewReplacer("+", "", " points", "", " times as fast", "", "\n", " ").Replace(x)
			if !strings.Contains(records, plain) && !strings.Contains(records, strings.Replace(plain, " [", " points [", 1)) {
				t.Errorf("%s says %q, which no record gives", name, x)
			}
		}
	}
}

// TestParts: report writes each part of the page once, and none is empty.
func TestParts(t *testing.T) {
	seen := map[string]bool{}
	for _, part := range regexp.MustCompile(`(?s)<!-- (\w+) -->\n(.*?)<!-- /(\w+) -->`).FindAllStringSubmatch(read(t, "../../../docs/study.md"), -1) {
		if part[1] != part[3] || seen[part[1]] || strings.TrimSpace(part[2]) == "" {
			t.Errorf("docs/study.md: the part %s, ended by %s, is empty, unclosed or there twice", part[1], part[3])
		}
		seen[part[1]] = true
	}
	if len(seen) == 0 {
		t.Error("docs/study.md has no parts")
	}
}
