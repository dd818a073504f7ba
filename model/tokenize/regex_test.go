package tokenize

import (
	"strings"
	"testing"
)

func TestRegex(t *testing.T) {
	loadClasses()
	for _, test := range []struct{ pattern, text, want string }{
		{`\s+(?!\S)|\s+`, "a  b ", "[ ][ ][ ]"},
		{`a|ab`, "ab", "[a]"}, // the first alternative wins
		{`(?:ab|a)c?`, "abcac", "[abc][ac]"},
		{`a+?b`, "aaab", "[aaab]"},
		{`a{2}`, "aaaaa", "[aa][aa]"},
		{`a{2,}`, "a aaa", "[aaa]"},
		{`a++a`, "aaa", ""}, // possessive: nothing is left
		{`(?>a|ab)c`, "abc", ""},
		{`(?i:ß|É)`, "é", "[é]"},
		{`[^\W\d_]+`, "ab1_é½", "[ab][é]"},
		{`(?<=a)b|(?<!a)c`, "abcac", "[b][c]"},
		{`\bfoo\b`, "foo food", "[foo]"},
		{`[a-c\]]+`, "ab]d", "[ab]]"},
		{`\x{e9}|\u00e8`, "éèe", "[é][è]"},
		{`.`, "a\nb", "[a][b]"},
	} {
		p, err := compileRegex(test.pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		var got strings.Builder
		for at, text := 0, []byte(test.text); ; {
			first, end, ok := p.next(text, at)
			if !ok || end == first {
				break
			}
			got.WriteString("[" + string(text[first:end]) + "]")
			at = end
		}
		if got.String() != test.want {
			t.Errorf("%s in %q: %s, want %s", test.pattern, test.text, got.String(), test.want)
		}
	}
	for _, bad := range []string{`(`, `)`, `[a`, `*a`, `\`, `\k<a>`, `(?<name>a)`, `(a*)*`, `[a&&b]`, `\p{Nope}`, `a{1000}{1000}`, `(?<=ab)c`, `[b-a]`, strings.Repeat("(", 100)} {
		if _, err := compileRegex(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// A pattern in exponential time ends with an error.
func TestSlowRegex(t *testing.T) {
	k, err := ParseJSON([]byte(`{"model":{"type":"WordLevel","vocab":{"u":0},"unk_token":"u"},
		"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(x+x+)+y"},"behavior":"Isolated","invert":false}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Encode(strings.Repeat("x", 5000), nil, 0); err == nil || !strings.Contains(err.Error(), "takes too long") {
		t.Errorf("got %v", err)
	}
	if _, err := k.Encode("xxxy", nil, 0); err != nil {
		t.Error(err)
	}
}

func TestTrie(t *testing.T) {
	keys := map[string]int32{"a": 0, "ab": 1, "abcd": 2, "é": 3, "": 4}
	for c := 'a'; c <= 'z'; c++ {
		keys["x"+string(c)] = c
	}
	tr := newTrie(keys)
	for _, test := range []struct {
		text   string
		value  int32
		length int
	}{{"abc", 1, 2}, {"abcde", 2, 4}, {"b", 0, 0}, {"éa", 3, 2}, {"xqq", 'q', 2}, {"x", 0, 0}, {"", 0, 0}} {
		if v, n := tr.longest([]byte(test.text)); n != test.length || n > 0 && v != test.value {
			t.Errorf("%q: %d, %d", test.text, v, n)
		}
	}
}

// Added tokens keep the vocabulary's ids, and new ones follow, whatever ids the file gives.
func TestAddedIDs(t *testing.T) {
	base := map[string]int32{"a": 0, "b": 1}
	var v addedVocabulary
	for _, content := range []string{"b", "new", "", "newer", "new"} {
		v.add(base, addedToken{Content: content, ID: 77})
	}
	for content, want := range map[string]int32{"a": 0, "b": 1, "new": 2, "newer": 3, "none": none} {
		if got := v.find(base, content); got != want {
			t.Errorf("%q has id %d, want %d", content, got, want)
		}
	}
}
