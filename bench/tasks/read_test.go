package tasks

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

// Byte order mark, quotes, carriage returns and a missing last line end.
func TestRead(t *testing.T) {
	mrpc := task(t, "MRPC")
	got, err := mrpc.Read(strings.NewReader("\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\tHe said \"no\ttwo \"\" quotes \r\n0\t7\t8\t a\t"), mrpc.Splits["dev"])
	want := []Example{{"He said \"no", "two \"\" quotes ", true, 1, 0}, {" a", "", true, 0, 0}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %+v", err, got)
	}
	stsb := task(t, "STS-B")
	got, err = stsb.Read(strings.NewReader("a\tb\tc\td\t2.5\tx\ty\na\tb\tc\td\t0\tx\ty\tsource\tsource\n"), stsb.Splits["test"])
	want = []Example{{"x", "y", true, 0, 2.5}, {"x", "y", true, 0, 0}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %+v", err, got)
	}
	imdb := task(t, "IMDB")
	got, err = imdb.Read(strings.NewReader("id\tstars\tlabel\ttext\n0\t9\tpos\tfine\n1\t1\t0\tpoor\n"), imdb.Splits["train"])
	want = []Example{{"fine", "", false, 1, 0}, {"poor", "", false, 0, 0}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("names and numbers: %v %+v", err, got)
	}
	got, err = imdb.Read(strings.NewReader("id\ttext\n0\tfine\n"), imdb.Splits["unsup"])
	if err != nil || len(got) != 1 || got[0].Label != -1 {
		t.Errorf("no labels: %v %+v", err, got)
	}
	long := strings.Repeat("x", 1<<18)
	if got, err = imdb.Read(strings.NewReader("id\ttext\n0\t"+long+"\n"), imdb.Splits["unsup"]); err != nil || got[0].Text != long {
		t.Errorf("a long line: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	const head = "sentence\tlabel\n"
	for _, test := range []struct{ name, task, split, text, want string }{
		{"empty", "SST-2", "dev", "", "no example"},
		{"header only", "SST-2", "dev", head, "no example"},
		{"missing column", "SST-2", "dev", "text\tlabel\na\t1\n", `line 1: no column "sentence"`},
		{"two missing columns", "MRPC", "dev", "Quality\t#1 String\n", `no column "#2 String"`},
		{"no header", "SST-2", "dev", "a\t1\nb\t0\n", `no column "sentence", "label"`},
		{"unknown label", "SST-2", "dev", head + "a\t1\nb\t2\n", `line 3: unknown label "2"`},
		{"number for a name", "AGNews", "test", "a\t1\n", `line 1: unknown label "1": AGNews has World`},
		{"too few columns", "SST-2", "dev", head + "a\n", "line 2: 1 columns instead of 2"},
		{"too many columns", "SST-2", "dev", head + "a\tb\t1\n", "line 2: 3 columns instead of 2"},
		{"blank line", "SST-2", "dev", head + "a\t1\n\nb\t0\n", "line 3: 1 columns"},
		{"not UTF-8", "SST-2", "dev", head + "a\t1\nb\xff\t0\n", "line 3: not UTF-8"},
		{"score in words", "STS-B", "test", "a\tb\tc\td\thigh\tx\ty\n", `line 1: score "high"`},
		{"score too high", "STS-B", "test", "a\tb\tc\td\t5.5\tx\ty\n", `score "5.5" is not a number from 0 to 5`},
		{"NaN", "STS-B", "test", "a\tb\tc\td\tNaN\tx\ty\n", `score "NaN"`},
	} {
		tk := task(t, test.task)
		if _, err := tk.Read(strings.NewReader(test.text), tk.Splits[test.split]); err == nil || !strings.Contains(err.Error(), test.want) {
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
	fail("cut", "dev", path+".gz: line ")
	write(path+".gz", []byte("plain"))
	fail("not gzip", "dev", path+".gz")
	write(path, []byte("sentence\tlabel\nplain\t1\n"))
	if got, err := Open(dir, sst2, "dev"); err != nil || got[0].Text != "plain" {
		t.Errorf("plain beside gzip: %v %v", got, err)
	}
	write(path, []byte("sentence\tlabel\nplain\t3\n"))
	fail("label", "dev", path+": line 2: unknown label")
}
