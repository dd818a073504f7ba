package printable

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"": "",
		"plain, größer, 日本, 👍🏽, θ\n\t":     "plain, größer, 日本, 👍🏽, θ\n\t",
		"\x1b[31mred\x1b[0m":               `\u001b[31mred\u001b[0m`,
		"\x1b]0;title\a":                   `\u001b]0;title\u0007`,
		"a\rb\bc\x7f":                      `a\u000db\u0008c\u007f`,
		"\u009b31m":                        `\u009b31m`,
		"\x9b31m":                          `\x9b31m`,
		"\u202egnp.\u2066":                 `\u202egnp.\u2066`,
		"a\u2028b":                         `a\u2028b`,
		"half \xe2\x82":                    `half \xe2\x82`,
		"the replacement character \ufffd": "the replacement character \ufffd",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := String("a\tb\nc"); got != `a\u0009b\u000ac` {
		t.Errorf("String gives %q", got)
	}
}

// Whatever the pieces, the Writer writes what Text returns for the whole.
func FuzzWriter(f *testing.F) {
	for _, s := range []string{"", "ü\x1b[2J€", "\xe2\x82", "👍\xf0\x9f", "\u202e\x9b"} {
		f.Add(s, uint8(1))
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, s string, size uint8) {
		var b bytes.Buffer
		w := NewWriter(&b)
		for rest := []byte(s); len(rest) > 0; {
			n := min(len(rest), int(size)+1)
			if wrote, err := w.Write(rest[:n]); wrote != n || err != nil {
				t.Fatalf("%d of %d bytes: %v", wrote, n, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if got != Text(s) {
			t.Errorf("pieces of %d: %q, want %q", int(size)+1, got, Text(s))
		}
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%q is not harmless", got)
		}
		if Text(got) != got {
			t.Errorf("%q is written differently a second time", got)
		}
	})
}
