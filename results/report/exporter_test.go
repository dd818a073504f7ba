package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ltpbench/results"
)

// whole is a report that has everything.
func whole(points []results.Point) *Report {
	r := New(points, Options{Metrics: []string{results.Metric(points)}})
	r.Title = "bert-6x384 on sst2, 872 examples, seed 1"
	r.Facts = []string{"peak memory of the whole run: 300 MiB"}
	r.Chart = &Chart{points, results.PaperRatio, results.Accuracy}
	r.Verdict = []string{"At equal FLOPs threshold is better at 0.35 (+3.8 points [+1.0, +6.6]).", "Differences are against topk:start=1."}
	return r
}

// export writes a report as the named format.
func export(t *testing.T, e Exporter, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, e, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			f, err := Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc == "" || len(f.Extensions) == 0 {
				t.Errorf("the format is not complete: %+v", f)
			}
			for _, extension := range f.Extensions {
				if other, ok := OfPath("a/b" + strings.ToUpper(extension)); !ok || other.Name != name {
					t.Errorf("extension %s is of %q", extension, other.Name)
				}
			}
			got := export(t, f, whole(sweep()))
			if slices.Contains([]string{"csv", "json", "latex", "markdown", "text"}, name) {
				golden(t, "table"+f.Extensions[0], got)
			}
			for _, part := range []string{"topk:start=1", "threshold", "872 examples", "300 MiB", "0.35", "At equal FLOPs"} {
				if !strings.Contains(got, part) && name != "csv" { // a table alone
					t.Errorf("%q is lost in\n%s", part, got)
				}
			}
			if err := f.Export(io.Discard, &Report{}); err != nil {
				t.Errorf("nothing to write: %v", err)
			}
		})
	}
	if _, err := Lookup("xml"); err == nil || !strings.Contains(err.Error(), "csv, html, json, latex, markdown, model-index") {
		t.Errorf("an unknown format: %v", err)
	}
}

// Programs get every number back as it was.
func TestNumbersInFull(t *testing.T) {
	points := sweep()
	r := whole(points)
	lines, err := csv.NewReader(strings.NewReader(export(t, CSV{}, r))).ReadAll()
	if err != nil || len(lines) != len(points)+1 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	var object struct{ Rows []map[string]any }
	if err := json.Unmarshal([]byte(export(t, JSON{}, r)), &object); err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		for j, name := range lines[0] {
			want := p.Key(name)
			if v, ok := p.Value(name); ok {
				want = full(v)
				if object.Rows[i][name] != v {
					t.Errorf("JSON row %d: %s is %v, want %v", i, name, object.Rows[i][name], v)
				}
			} else if x, ok := object.Rows[i][name]; ok && x != want {
				t.Errorf("JSON row %d: %s is %v, want %q", i, name, x, want)
			}
			if lines[i+1][j] != want {
				t.Errorf("CSV row %d: %s is %q, want %q", i, name, lines[i+1][j], want)
			}
		}
	}
}

// What records say stays text in every format, and reaches no terminal as an escape sequence.
func TestHostileText(t *testing.T) {
	const evil = "a\x1b]0;x\a|b\u202e`*<script>_[x](http://y)&\\end{tabular}%$\u009b\r\n"
	points := sweep()[:2]
	points[1].Keys = keys("method", evil, "budget", evil, "model", evil)
	r := whole(points)
	r.Title, r.Verdict, r.Facts, r.Notes = evil, []string{evil}, []string{evil}, []Note{{"†", evil}}
	for _, name := range Names() {
		f, _ := Lookup(name)
		got := export(t, f, r)
		if i := strings.IndexFunc(got, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 || !utf8.ValidString(got) {
			t.Errorf("format %s writes a control character at %d of %q", name, i, got)
		}
		switch name {
		case "markdown":
			for _, markup := range []string{"<script", "](", "`*", "|b"} {
				if strings.Contains(strings.NewReplacer("\\`", "", `\*`, "", `\|`, "").Replace(got), markup) {
					t.Errorf("Markdown has the markup %q:\n%s", markup, got)
				}
			}
			if !strings.Contains(got, `a\\u001b]0;x\\u0007\|b`) {
				t.Errorf("Markdown has lost the text:\n%s", got)
			}
		case "latex":
			if _, body, _ := strings.Cut(got, "\n"); strings.Count(body, `\end{tabular}`) != 1 { // the first line is a comment
				t.Errorf("LaTeX ends its table early:\n%s", got)
			}
		case "json":
			if !json.Valid([]byte(got)) {
				t.Errorf("JSON is not valid:\n%s", got)
			}
		case "csv":
			if lines, err := csv.NewReader(strings.NewReader(got)).ReadAll(); err != nil || len(lines) != 3 {
				t.Errorf("CSV has %d lines, %v", len(lines), err)
			}
		}
	}
	var b bytes.Buffer
	if err := (Text{Color: true, Width: 80}).Export(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, sequence := range []string{"\x1b]", "\a", "\u202e", "\u009b", "\r"} {
		if strings.Contains(b.String(), sequence) {
			t.Errorf("coloured text has %q", sequence)
		}
	}
}
