package text

import (
	"bufio"
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// pythonReader answers each JSON string on a line with the rows that Python's csv finds in it.
const pythonReader = `
import csv, io, json, sys
csv.field_size_limit(1 << 24)
for line in sys.stdin:
    try:
        rows = [r for r in csv.reader(io.StringIO(json.loads(line), newline=""), strict=True) if r]
    except csv.Error as e:
        rows = None
    print(json.dumps(rows), flush=True)
`

// python starts Python's csv reader.
func python(t testing.TB) func(text string) [][]string {
	cmd := exec.Command("python3", "-c", pythonReader)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("no python3: %v", err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	answers := bufio.NewReader(out)
	return func(text string) (rows [][]string) {
		line, err := json.Marshal(text)
		if err == nil {
			_, err = in.Write(append(line, '\n'))
		}
		if err != nil {
			t.Fatal(err)
		}
		if line, err = answers.ReadBytes('\n'); err == nil {
			err = json.Unmarshal(line, &rows)
		}
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

// FuzzCSV: a table that both this package and Python's csv take has the same cells. A bare carriage return ends a row
// for Python alone, so texts with CR but before LF are left out.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\"a\"\"b\",\"c\nd\"\n", "a,\"\"\n,\n", "\n\na\n", "\"a\",b\n\"\"\"\"", "\"a\r\nb\",c\r\n", "a b , c\n", "é,\"ü\"\n"} {
		f.Add(text)
	}
	ask := python(f)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsAny(strings.ReplaceAll(text, "\r\n", ""), "\r\x00") || strings.HasPrefix(text, "\ufeff") {
			return
		}
		theirs := ask(text)
		if theirs == nil {
			return
		}
		var own [][]string
		for rows := newRows(strings.NewReader(text), Format{Kind: CSV, Separator: ",", Quote: QuoteYes}); ; {
			one, err := rows.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return // stricter: a quote within a bare cell
			}
			own = append(own, one.cells)
		}
		if !slices.EqualFunc(own, theirs, slices.Equal) {
			t.Errorf("%q: %q, Python has %q", text, own, theirs)
		}
	})
}
