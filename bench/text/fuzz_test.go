package text

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRead: no file of any kind brings the reader down. What it takes has examples of valid UTF-8 with labels
// that exist, and reads the same when it is read in turn without labels; what it refuses is named.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"text,label\na,1\nb,0\n", "text,label\n\"a\"\"\nb\",1\n", "text\tlabel\na\tpos\n", "sentence1\tsentence2\tscore\na\tb\t2.5\n",
		"{\"text\":\"a\",\"label\":true}\n{\"text\":\"\\ud800\",\"label\":1e3}\n", "{\"text\":\"a\",\"label\":{\"x\":[null]}}", "\ufefftext,label\r\na,1\r\n",
		"text,a,b\nx,1,0\n", "text\tlabel\nx\ta|b\n", "{\"text\":\"a\",\"label\":[\"a\",1.0]}", "a\x00b", "\xff\xfea\x00", "caf\xe9,1\n", "a,1\na,1,2\n", "\x1f\x8b\x08\x00", "1\t1\t\tx\n",
	} {
		for _, kind := range []Kind{TSV, CSV, JSONL} {
			f.Add([]byte(text), string(kind), "", "", uint8(0))
			f.Add([]byte(text), string(kind), "1", "2", uint8(5))
			f.Add([]byte(text), string(kind), "text", "several a,b", uint8(2))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind, text, label string, bits uint8) {
		format := Format{Kind: Kind(kind), Text: text, Label: label, Header: []Header{HeaderAuto, HeaderYes, HeaderNo, HeaderAuto}[bits&3], Regression: bits&4 != 0}
		if kind != string(TSV) && kind != string(CSV) && kind != string(JSONL) {
			return
		}
		if bits&8 != 0 {
			format.Labels, format.Model = []string{"0", "pos"}, "M"
		}
		if rest, ok := strings.CutPrefix(label, "several "); ok {
			format.Label, format.Several, format.Regression = rest, true, false
		}
		if bits&16 != 0 {
			format.Pair = "sentence2"
		}
		if bits&32 != 0 {
			format.Quote = QuoteYes
		}
		if bits&64 != 0 {
			format.SkipBad, format.Training = true, true
		}
		if bits&128 != 0 && format.Kind != JSONL {
			format.Separator = ";"
		}
		task, all, err := read(bytes.NewReader(data), "file", format)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "file: ") {
				t.Errorf("an error without the file's name: %v", err)
			}
			return
		}
		if len(all) == 0 || task.Found == "" {
			t.Fatalf("%d examples, %q", len(all), task.Found)
		}
		for _, e := range all {
			if !utf8.ValidString(e.Text) || e.Label < 0 || !task.Regression() && e.Label >= len(task.Labels) || e.Score-e.Score != 0 || e.HasPair != task.Pair {
				t.Fatalf("%+v of %q", e, task.Labels)
			}
		}
		r, err := NewReader(bytes.NewReader(data), "file", format)
		if err != nil {
			if format.Header == HeaderAuto && strings.Contains(err.Error(), "--header") {
				return // only the labels told whether there is one
			}
			t.Fatalf("without labels: %v", err)
		}
		for i := 0; ; i++ {
			e, err := r.Next()
			if errors.Is(err, io.EOF) && i == len(all) {
				return
			}
			if err != nil || i == len(all) || e.Text != all[i].Text || e.Pair != all[i].Pair {
				t.Fatalf("example %d is %+v in turn: %v", i, e, err)
			}
		}
	})
}
