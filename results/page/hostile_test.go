package page

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are texts that would be markup, script, style or a terminal's control sequence.
var hostile = []string{
	"<script>pwned=1</script>", "</script><script>pwned=1</script>", "</style><img src=x onerror=pwned=1>", `"><svg onload=pwned=1>`,
	`' onmouseover='pwned=1`, `" autofocus onfocus="pwned=1`, "</title></svg><script>pwned=1</script>", "<!--", "-->", "<![CDATA[", "]]>", "&lt;b&gt;&amp;&#0;",
	"javascript:pwned=1", "url(http://example.org/x)", "}*{display:none}", "expression(pwned=1)", "{{.Script}}", "${pwned=1}", "`+pwned+`", `\u003cscript\u003e`, `\`,
	"\x1b]0;title\a\x1b[31m", "\u202ereversed\u2066", "\u2028\u2029", "\x9b31m", "\xff\xfe", "\x00", "a\r\nb", "</textarea></select></table></main></body></html>",
	"<a href=http://example.org>", "http://example.org/x.png", strings.Repeat("long", 200), "日本語 θ ≤ 👍🏽",
}

// filled is a page with every text replaced.
func filled(text string) *Page {
	p := everything()
	set := func(list ...*string) {
		for _, s := range list {
			*s = text
		}
	}
	set(&p.Title, &p.Subtitle, &p.Foot, &p.Leads[0].Of, &p.Leads[0].Sentences[0], &p.Leads[0].Sentences[1], &p.Notices[0])
	s := &p.Sections[0]
	set(&s.Title, &s.Paragraphs[0])
	c, t, h, f, l := s.Parts[0].(*Chart), s.Parts[1].(*Table), s.Parts[2].(*HeatMap), s.Parts[3].(*Facts), s.Parts[4].(*Listing)
	set(&c.Title, &c.Note, &c.X.Label, &c.Y.Label, &c.X.Ticks[0].Text, &c.Guides[0].Name, &c.Series[1].Name, &c.Series[1].Label)
	set(&t.Caption, &t.Columns[0].Title, &t.Columns[0].Doc, &t.Notes[0], &t.Rows[0][0].Text, &t.Rows[0][0].Series)
	set(&h.Title, &h.Corner, &h.Legend, &h.Columns[0], &h.Rows[0].Name, &h.Rows[0].Cells[0].Text, &h.Rows[0].Cells[1].Tip)
	set(&f.Title, &f.Items[0].Name, &f.Items[0].Value, &f.Items[0].Doc, &l.Title, &l.Text)
	return p
}

var (
	tag       = regexp.MustCompile(`<!?/?[a-zA-Z][^\s>/]*(?:\s+[^\s=>]+(?:="[^"]*")?)*\s*/?>`)
	attribute = regexp.MustCompile(`\s([^\s=>]+)(?:="[^"]*")?`)
)

// skeleton lists a document's tags with the names of their attributes.
func skeleton(t testing.TB, html string) (list []string) {
	t.Helper()
	_, html, _ = strings.Cut(html, "</style>")
	html, _, _ = strings.Cut(html, "<script>")
	for _, tag := range tag.FindAllString(html, -1) {
		name := strings.Fields(strings.Trim(tag, "<>"))[0]
		for _, a := range attribute.FindAllStringSubmatch(tag, -1) {
			name += " " + a[1]
		}
		list = append(list, name)
	}
	if rest := tag.ReplaceAllString(html, ""); strings.ContainsAny(rest, "<>") {
		t.Fatalf("a bracket outside of tags: %q", rest)
	}
	return list
}

// harmless reports why a page with the text is not the same document with another text; "" if it is.
func harmless(t testing.TB, text string) string {
	html, want := write(t, filled("x"+text)), write(t, filled("x"))
	if !slices.Equal(skeleton(t, html), skeleton(t, want)) {
		return fmt.Sprintf("%q changes the page's structure", text)
	}
	control := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}
	if !utf8.ValidString(html) || strings.ContainsFunc(html, control) {
		return fmt.Sprintf("%q reaches the page as a control character", text)
	}
	head, _, _ := strings.Cut(html, "<style>")
	if before, _, _ := strings.Cut(want, "<style>"); strings.Count(head, "<") != strings.Count(before, "<") {
		return fmt.Sprintf("%q changes the page's head", text)
	}
	return ""
}

func TestHostileText(t *testing.T) {
	for _, text := range hostile {
		if why := harmless(t, text); why != "" {
			t.Error(why)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if why := harmless(t, text); why != "" {
			t.Error(why)
		}
	})
}
