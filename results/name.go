package results

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"
)

// exponent finds numbers such as 1e-3 among the parts of a value.
var exponent = regexp.MustCompile(`(^|[=,:;])[-+]?[0-9.]+[eE][-+][0-9]+($|[,:;])`)

// FullName returns the point's name as it is in the record, without the
// word Benchmark: "Sweep/method=topk/spec=topk:rate=0.2-2". In values a slash,
// white space and the per cent sign are written as %2F, %20, %25. The error says
// what cannot be part of a name.
func (p *Point) FullName() (string, error) {
	if !goodName(p.Name) {
		return "", fmt.Errorf("point name %q is not a capital letter followed by letters and digits", p.Name)
	}
	var b strings.Builder
	b.WriteString(p.Name)
	seen := make(map[string]bool)
	for _, k := range p.Keys {
		switch {
		case !goodKey(k.Name):
			return "", fmt.Errorf("key %q of a point is not a lower-case letter followed by lower-case letters, digits, - and _", k.Name)
		case seen[k.Name]:
			return "", fmt.Errorf("key %q appears twice in a point", k.Name)
		case !utf8.ValidString(k.Value):
			return "", fmt.Errorf("key %s: value %q is not UTF-8", k.Name, k.Value)
		case exponent.MatchString(k.Value):
			return "", fmt.Errorf("key %s: value %q has a number with an exponent; write it with Decimal", k.Name, k.Value)
		}
		seen[k.Name] = true
		b.WriteString("/" + k.Name + "=")
		escape(&b, k.Value)
	}
	b.WriteString("-" + strconv.Itoa(max(1, p.Procs)))
	return b.String(), nil
}

// parseName is the inverse of FullName. It accepts names of other benchmarks
// too: a part without "=" becomes a key without a name.
func parseName(name benchfmt.Name) (p Point) {
	base, parts := name.Parts()
	p.Name = string(base)
	for _, part := range parts {
		text := string(part[1:])
		if part[0] == '-' {
			// A number too large for an int cannot be GOMAXPROCS: Procs stays 0.
			p.Procs, _ = strconv.Atoi(text)
			continue
		}
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			key, value = "", text
		}
		p.Keys = append(p.Keys, Key{key, unescape(value)})
	}
	return p
}

func goodName(s string) bool {
	for i, r := range s {
		if i == 0 && !('A' <= r && r <= 'Z') || !(letter(r|0x20) || '0' <= r && r <= '9') {
			return false
		}
	}
	return s != ""
}

func goodKey(s string) bool {
	for i, r := range s {
		if i == 0 && !letter(r) || !(letter(r) || '0' <= r && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	return s != ""
}

func letter(r rune) bool { return 'a' <= r && r <= 'z' }

func escape(b *strings.Builder, s string) {
	for _, r := range s {
		if r == '/' || r == '%' || unicode.IsSpace(r) || unicode.IsControl(r) {
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
}

func unescape(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(c))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}
