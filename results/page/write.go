package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's style, script and frame
	"encoding/base64"
	"html/template"
	"io"
	"strconv"

	"ltpbench/internal/printable"
)

var (
	//go:embed page.css
	style string
	//go:embed page.js
	script string
	//go:embed page.html
	frame string
	//go:embed parts.html
	parts string
)

// document is a page as the template reads it.
type document struct {
	*Page
	Style  template.CSS
	Script template.JS
	Hash   string // of the script, which alone may run
}

// chart is a chart as the template reads it.
type chart struct {
	*Chart
	ID     string
	Drawn  []drawn
	Table  table
	Spoken string
}

// table is a table as the template reads it.
type table struct {
	*Table
	ID      string
	Looks   map[string]look
	Explain []Column
}

// Write writes the page. The same page gives the same bytes.
func Write(w io.Writer, p *Page) error {
	sum := sha256.Sum256([]byte(script))
	looks, next := p.looks(), 0
	id := func() string { next++; return "part-" + strconv.Itoa(next) }
	t, err := template.New("page").Funcs(template.FuncMap{
		"kind": func(part Part) string { return part.kind() },
		"chart": func(c *Chart) chart {
			return chart{c, id(), c.draw(looks), table{c.values(), id(), looks, nil}, c.describe()}
		},
		"table":   func(t *Table) table { return table{t, id(), looks, t.documented()} },
		"id":      id,
		"percent": percent,
		"rest":    func(list []string) []string { return list[min(1, len(list)):] },
	}).Parse(frame)
	if err == nil {
		_, err = t.New("parts").Parse(parts)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, document{p, template.CSS(style), template.JS(script), "sha256-" + base64.StdEncoding.EncodeToString(sum[:])}); err != nil {
		return err
	}
	_, err = io.WriteString(w, printable.Text(b.String()))
	return err
}
