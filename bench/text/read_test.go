package text

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func task(t *testing.T, name string) *Task {
	t.Helper()
	got, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// got reads text as the named task's split has it.
func got(t *testing.T, name, split, text string) ([]Example, error) {
	t.Helper()
	tk := task(t, name)
	_, all, err := read(strings.NewReader(text), tk.Splits[split][0].Name, Format{Task: tk, Unlabelled: split == "unsup"})
	return all, err
}

// Byte order mark, quotes, carriage returns and a missing last line end.
func TestReadNamed(t *testing.T) {
	for _, test := range []struct {
		task, split, text string
		want              []Example
	}{
		{"MRPC", "dev", "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\tHe said \"no\ttwo \"\" quotes \r\n0\t7\t8\t a\t",
			[]Example{{"He said \"no", "two \"\" quotes ", true, 1, 0, 0}, {" a", "", true, 0, 0, 0}}},
		{"STS-B", "test", "a\tb\tc\td\t2.5\tx\ty\na\tb\tc\td\t0\tx\ty\tsource\tsource\n",
			[]Example{{"x", "y", true, 0, 0, 2.5}, {"x", "y", true, 0, 0, 0}}},
		{"IMDB", "train", "id\tstars\tlabel\ttext\n0\t9\tpos\tfine\n1\t1\t0\tpoor\n",
			[]Example{{"fine", "", false, 1, 0, 0}, {"poor", "", false, 0, 0, 0}}},
		{"IMDB", "unsup", "id\ttext\n0\tfine\n", []Example{{"fine", "", false, -1, 0, 0}}},
	} {
		all, err := got(t, test.task, test.split, test.text)
		if err != nil || !slices.Equal(all, test.want) {
			t.Errorf("%s %s: %v %+v", test.task, test.split, err, all)
		}
	}
	long := strings.Repeat("x", 1<<18)
	if all, err := got(t, "IMDB", "unsup", "id\ttext\n0\t"+long+"\n"); err != nil || all[0].Text != long {
		t.Errorf("a long line: %v", err)
	}
}

func TestReadNamedRefuses(t *testing.T) {
	const head = "sentence\tlabel\n"
	for _, test := range []struct{ name, task, split, text, want string }{
		{"empty", "SST-2", "dev", "", "dev.tsv: it is empty"},
		{"header only", "SST-2", "dev", head, "no example"},
		{"missing column", "SST-2", "dev", "text\tlabel\na\t1\n", `line 1: there is no column "sentence" in the header, which has "text", "label"`},
		{"no header", "SST-2", "dev", "a\t1\nb\t0\n", `no column "sentence" in the header, which has "a", "1": choose another with --text, or use --no-header`},
		{"unknown label", "SST-2", "dev", head + "a\t1\nb\t2\n", `line 3: unknown label "2": SST-2 has "negative", "positive", or 0 to 1`},
		{"number for a name", "AGNews", "test", "a\t1\n", `line 1: unknown label "1": AGNews has "World"`},
		{"secret label", "SST-2", "dev", head + "a\t-1\n", "a withheld label"},
		{"too few columns", "SST-2", "dev", head + "a\n", "line 2: 1 columns instead of 2"},
		{"too many columns", "SST-2", "dev", head + "a\tb\t1\n", "line 2: 3 columns instead of 2"},
		{"far too many", "STS-B", "test", "a\tb\tc\td\t2.5\tx\ty\tz\tz\tz\n", "line 1: 10 columns"},
		{"not UTF-8", "SST-2", "dev", head + "a\t1\nb\xff\t0\n", "line 3: byte 0xff is not UTF-8"},
		{"score in words", "STS-B", "test", "a\tb\tc\td\thigh\tx\ty\n", `line 1: score "high"`},
		{"score too high", "STS-B", "test", "a\tb\tc\td\t5.5\tx\ty\n", `score "5.5" is not a number from 0 to 5`},
		{"NaN", "STS-B", "test", "a\tb\tc\td\tNaN\tx\ty\n", `score "NaN"`},
	} {
		if _, err := got(t, test.task, test.split, test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

func TestOpen(t *testing.T) {
	dir, sst2 := t.TempDir(), task(t, "SST-2")
	fail := func(name, split, want string) {
		t.Helper()
		if _, err := Open(dir, sst2, split); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	path := filepath.Join(dir, "SST-2", "dev.tsv")
	fail("unknown split", "validation", "dev, test, train")
	fail("missing", "dev", path)
	if err := os.Mkdir(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("sentence\tlabel\nzipped\t1\n"))
	z.Close()
	write := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(path+".gz", b.Bytes())
	if got, err := Open(dir, sst2, "dev"); err != nil || got[0].Text != "zipped" {
		t.Errorf("%v %v", got, err)
	}
	write(path+".gz", b.Bytes()[:b.Len()-9])
	fail("cut", "dev", path+".gz: line 3: unexpected EOF")
	write(path+".gz", []byte("plain"))
	fail("not gzip", "dev", path+".gz")
	write(path, []byte("sentence\tlabel\nplain\t1\n"))
	if got, err := Open(dir, sst2, "dev"); err != nil || got[0].Text != "plain" {
		t.Errorf("plain beside gzip: %v %v", got, err)
	}
	write(path, []byte("sentence\tlabel\nplain\t3\n"))
	fail("label", "dev", path+": line 2: unknown label")
}
