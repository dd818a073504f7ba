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

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is sure is found: kind, columns, header, labels.
func TestReadFile(t *testing.T) {
	ab := []Example{{Text: "a", Label: 1}, {Text: "b", Label: 0}}
	pairs := []Example{{Text: "a", Pair: "x", HasPair: true, Label: 1}, {Text: "b", Pair: "y", HasPair: true}}
	scores := []Example{{Text: "a", Score: 2.5}, {Text: "b", Score: -1}}
	for _, test := range []struct {
		name, file, text string
		f                Format
		want             []Example
		labels           []string
		found            string // after the file's name
	}{
		{"TSV", "x.tsv", "text\tlabel\na\tpos\nb\tneg\n", Format{}, ab, []string{"neg", "pos"}, `2 examples; text "text", label "label"; labels neg (1), pos (1)`},
		{"quotes in TSV", "x.tsv", "text\tlabel\n\"a\tpos\nb\tneg\n", Format{}, []Example{{Text: "\"a", Label: 1}, ab[1]}, []string{"neg", "pos"}, "2 examples"},
		{"CSV", "x.csv", "label,text\r\npos,a\r\nneg,b\r\n", Format{}, ab, []string{"neg", "pos"}, "2 examples"},
		{"CSV quoted", "x.csv", "label,text\npos,\"a \"\"b\"\", \r\nc\"\nneg,b", Format{}, []Example{{Text: "a \"b\", \r\nc", Label: 1}, ab[1]}, []string{"neg", "pos"}, "2 examples"},
		{"JSONL", "x.jsonl", "{\"text\":\"a\",\"label\":1}\n\n{\"label\":0,\"text\":\"b\",\"more\":[1]}\n", Format{}, ab, []string{"0", "1"}, `2 examples; text "text", label "label"; labels 0 (1), 1 (1)`},
		{"JSONL booleans", "x.ndjson", "{\"text\":\"a\",\"label\":true}\n{\"text\":\"b\",\"label\":false}", Format{}, ab, []string{"false", "true"}, "2 examples"},
		{"pairs", "x.tsv", "idx\tSentence1\tsentence2\tlabel\n0\ta\tx\tyes\n1\tb\ty\tno\n", Format{}, pairs, []string{"no", "yes"}, `2 examples; text "Sentence1", pair "sentence2"`},
		{"columns by name", "x.csv", "one,two,three\na,x,yes\nb,y,no\n", Format{Text: "one", Pair: "two", Label: "three"}, pairs, []string{"no", "yes"}, ""},
		{"columns by number", "x.csv", "one,two,three\na,x,yes\nb,y,no\n", Format{Text: "1", Pair: "2", Label: "3", Header: HeaderYes}, pairs, []string{"no", "yes"}, `2 examples; text column 1, pair column 2, label column 3`},
		{"a number as a name", "x.jsonl", "{\"1\":\"a\",\"2\":\"x\",\"0\":\"yes\"}\n{\"1\":\"b\",\"2\":\"y\",\"0\":\"no\"}\n", Format{Text: "1", Pair: "2", Label: "0"}, pairs, []string{"no", "yes"}, ""},
		{"no header, asked", "x.tsv", "text\tlabel\nb\tneg\n", Format{Text: "1", Label: "2", Header: HeaderNo}, []Example{{Text: "text", Label: 0}, {Text: "b", Label: 1}}, []string{"label", "neg"}, `2 examples; text column 1, label column 2; labels label (1), neg (1); no header`},
		{"no header, for its label comes again", "x.tsv", "a\tpos\nb\tneg\nc\tpos\n", Format{Text: "1", Label: "2"}, append(slices.Clone(ab), Example{Text: "c", Label: 1}), []string{"neg", "pos"}, `3 examples; text column 1, label column 2; labels neg (1), pos (2); no header`},
		{"no header, for all labels are numbers", "x.tsv", "a\t1\nb\t0\n", Format{Text: "1", Label: "2"}, ab, []string{"0", "1"}, ""},
		{"header over numbers", "x.tsv", "body\tgood\na\t1\nb\t0\n", Format{Text: "1", Label: "2"}, ab, []string{"0", "1"}, ""},
		{"numbers sort by value", "x.tsv", "text\tlabel\na\t10\nb\t9\n", Format{}, ab, []string{"9", "10"}, ""},
		{"the flag before the name", "x.dat", "text,label\na,1\nb,0\n", Format{Kind: CSV}, ab, []string{"0", "1"}, ""},
		{"gzip", "x.tsv.gz", zipped(t, "\ufefftext\tlabel\na\t1\nb\t0\n"), Format{}, ab, []string{"0", "1"}, ""},
		{"gzip by another name", "x.tsv", zipped(t, "text\tlabel\na\t1\nb\t0\n"), Format{}, ab, []string{"0", "1"}, ""},
		{"scores", "x.csv", "text,score\na,2.5\nb,-1\n", Format{Regression: true}, scores, nil, `2 examples; text "text", label "score"; scores from -1 to 2.5`},
		{"a model's names", "x.tsv", "text\tlabel\na\tPos\nb\tneg\n", Format{Labels: []string{"NEG", "POS", "MIXED"}}, ab, []string{"NEG", "POS", "MIXED"}, ""},
		{"a model's numbers", "x.tsv", "text\tlabel\na\t1\nb\t0\n", Format{Labels: []string{"LABEL_0", "LABEL_1"}}, ab, []string{"LABEL_0", "LABEL_1"}, ""},
		{"a model's order", "dev.tsv", "sentence\tlabel\na\t0\nb\t1\n", Format{Task: task(t, "SST-2"), Labels: []string{"POSITIVE", "NEGATIVE"}}, ab, []string{"positive", "negative"}, ""},
		{"a model's other names", "dev.tsv", "sentence\tlabel\na\t1\nb\t0\n", Format{Task: task(t, "SST-2"), Labels: []string{"bad", "good"}, Model: "M"}, ab, []string{"negative", "positive"}, `2 examples; text "sentence", label "label"; labels negative (1), positive (1); M calls them "bad", "good" in this order`},
		{"a task in a file of one's own", "x.csv", "label,body\n1,a\nnegative,b\n", Format{Task: task(t, "SST-2"), Text: "body"}, ab, []string{"negative", "positive"}, ""},
		{"unlabelled", "x.csv", "text\na\nb\n", Format{Unlabelled: true}, []Example{{Text: "a", Label: -1}, {Text: "b", Label: -1}}, nil, `2 examples; text "text"`},
	} {
		path := write(t, test.file, test.text)
		got, all, err := ReadFile(path, test.f)
		if err != nil || !slices.Equal(all, test.want) {
			t.Errorf("%s: %v %+v", test.name, err, all)
			continue
		}
		if !slices.Equal(got.Labels, test.labels) || got.Pair != test.want[0].HasPair || !strings.HasPrefix(got.Found, path+": "+test.found) {
			t.Errorf("%s: labels %q, pair %t, %s", test.name, got.Labels, got.Pair, got.Found)
		}
	}
}

// What is not sure, or wrong, is said with file, line and what helps.
func TestReadFileRefuses(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		f                Format
		want             string
	}{
		{"empty", "x.csv", "", Format{}, "x.csv: it is empty"},
		{"a byte order mark alone", "x.csv", "\ufeff", Format{}, "x.csv: it is empty"},
		{"an empty gzip", "x.csv.gz", "", Format{}, "it is empty"},
		{"not compressed", "x.csv.gz", "text,label\n", Format{}, "ends in .gz"},
		{"kind", "x.dat", "a\n", Format{}, "x.dat: the format is not clear from its name: choose one with --format: tsv, csv, jsonl, parquet, txt"},
		{"plain text", "x.txt", "a\n", Format{}, "--format tsv, csv or jsonl"},
		{"no such column", "x.csv", "text,label\na,1\n", Format{Label: "stars"}, `line 1: there is no column "stars" in the header, which has "text", "label": choose another with --label`},
		{"no such number", "x.csv", "a,1\n", Format{Text: "1", Label: "3", Header: HeaderNo}, "line 1: there is no column 3: without a header, --label is a number from 1 to 2"},
		{"no such key", "x.jsonl", "{\"text\":\"a\",\"label\":1}\n", Format{Label: "stars"}, `line 1: there is no "stars": choose --label from "text", "label"`},
		{"a key that fails later", "x.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"a\",\"lable\":1}\n", Format{}, `line 2: there is no "label" in the row, which has "text", "lable"`},
		{"no usual name", "x.csv", "body,stars\na,1\n", Format{}, `which column is the text? Choose it with --text: a name if the first row, "body", "stars", is a header, else a number`},
		{"two usual names", "x.csv", "text,label,score\na,1,2\n", Format{}, `"label" and "score" may both be the label: choose one with --label`},
		{"one name twice", "x.csv", "text,text,label\na,b,1\n", Format{Text: "text"}, `two columns are called "text": give --text as a number`},
		{"header or not", "x.csv", "a,pos\nb,neg\n", Format{Text: "1", Label: "2"}, "line 1: does it have column names? Use --header or --no-header"},
		{"header only", "x.csv", "text,label\n", Format{}, "no example"},
		{"ragged", "x.csv", "text,label\na,1\nb\n", Format{}, "line 3: 1 columns instead of 2"},
		{"ragged after a quoted line end", "x.csv", "text,label\n\"a\nb\",1\nb\n", Format{}, "line 4: 1 columns instead of 2"},
		{"open quote", "x.csv", "text,label\n\"a,1\nb,1\n", Format{}, "this one begins in line 2"},
		{"bare quote", "x.csv", "text,label\na\"b,1\n", Format{}, "line 2, byte 2: bare \" in non-quoted-field (CSV): a quoted cell"},
		{"no JSON", "x.jsonl", "{\"text\":\"a\",\"label\":1}\nb\n", Format{}, "line 2: not JSON"},
		{"cut JSON", "x.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"a\"", Format{}, "line 2: not JSON (it ends too early)"},
		{"JSON of another shape", "x.jsonl", "[1,2]\n", Format{}, "line 1: not a JSON object"},
		{"two objects", "x.jsonl", "{\"text\":\"a\",\"label\":1}{}\n", Format{}, "line 1: more than one JSON object"},
		{"a key twice", "x.jsonl", "{\"text\":\"a\",\"text\":\"b\",\"label\":1}\n", Format{}, `"text" is there twice`},
		{"text that is none", "x.jsonl", "{\"text\":5,\"label\":1}\n", Format{}, `line 1: "text" is a number, not a string`},
		{"label that is none", "x.jsonl", "{\"text\":\"a\",\"label\":null}\n", Format{}, `line 1: "label" is null, not a string`},
		{"UTF-16", "x.csv", "\xff\xfet\x00", Format{}, "it is UTF-16: convert it with `iconv"},
		{"UTF-16 without a mark", "x.csv", "t\x00,\x00", Format{}, "line 1: a NUL byte"},
		{"mixed encodings", "x.csv", "text,label\ncafé,1\ncaf\xe9,0\n", Format{}, "x.csv: line 3: byte 0xe9 is not UTF-8"},
		{"mixed encodings in quotes", "x.csv", "text,label\n\"caf\xe9\",0\n", Format{}, "line 2: byte 0xe9"},
		{"mixed encodings in JSON", "x.jsonl", "{\"text\":\"caf\xe9\",\"label\":1}\n", Format{}, "line 1: byte 0xe9"},
		{"old line ends", "x.tsv", "text\tlabel\ra\t1\r", Format{}, "CR alone"},
		{"empty label", "x.csv", "text,label\na,1\nb, \n", Format{}, "line 3: the label is empty"},
		{"scores taken for labels", "x.csv", "text,label\na,1\nb,2.5\n", Format{}, "line 3: the label is a number with a fraction: use --regression"},
		{"texts taken for labels", "x.csv", many(mostLabels + 1), Format{Text: "1", Label: "1", Header: HeaderNo}, "1001 different labels: use --regression"},
		{"no score", "x.csv", "text,label\na,1\nb,good\n", Format{Regression: true}, `line 3: score "good" is not a number`},
		{"no finite score", "x.csv", "text,label\na,1\nb,Inf\n", Format{Regression: true}, `line 3: score "Inf"`},
		{"a label that the model lacks", "x.csv", "text,label\na,pos\nb,mixed\n", Format{Labels: []string{"neg", "pos"}, Model: "M"}, `line 3: unknown label "mixed": M has "neg", "pos", or 0 to 1; fix`},
		{"a number beside names that are numbers", "x.csv", "text,label\na,0\n", Format{Labels: []string{"1", "2"}, Model: "M"}, `unknown label "0": M has "1", "2"; fix`},
		{"another task's model", "dev.tsv", "sentence\tlabel\na\t1\n", Format{Task: task(t, "SST-2"), Labels: []string{"a", "b", "c"}, Model: "M"}, `M has 3 labels, "a", "b", "c", and SST-2 2, "negative", "positive"`},
		{"GLUE's test set", "test.tsv", "index\tsentence\n0\ta\n", Format{Task: task(t, "CoLA")}, "GLUE keeps the labels of CoLA's test set"},
	} {
		if _, _, err := ReadFile(write(t, test.file, test.text), test.f); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
	if _, _, err := ReadFile(t.TempDir(), Format{}); err == nil || !strings.Contains(err.Error(), "--task") {
		t.Errorf("a folder without task: %v", err)
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("x", i+1) + "\n")
	}
	return b.String()
}

// A label never seen in training is named with what there was.
func TestReadFileAfterTraining(t *testing.T) {
	path := write(t, "train.csv", "text,label\na,pos\nb,neg\n")
	trained, _, err := ReadFile(path, Format{})
	if err != nil {
		t.Fatal(err)
	}
	dev := write(t, "dev.csv", "text,label\na,pos\nb,mixed\n")
	want := dev + `: line 3: unknown label "mixed": ` + path + ` has "neg", "pos"`
	if _, _, err := ReadFile(dev, Format{Task: trained}); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	dev = write(t, "dev.csv", "text,label\na,pos\n")
	if again, all, err := ReadFile(dev, Format{Task: trained}); err != nil || all[0].Label != 1 || again.Name != "train" {
		t.Errorf("%v %v", err, all)
	}
}

// GLUE's folder, named itself or the folder in which the task's stands.
func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("CoLA/dev.tsv", "gj04\t1\t\tIt rains.\n")
	put("CoLA/test.tsv", "index\tsentence\n0\tIt rains.\n")
	const head = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n"
	put("MRPC/msr_paraphrase_train.txt", head+"1\t1\t2\told\ttext\n")
	put("MRPC/msr_paraphrase_test.txt", head+"0\t1\t2\ta\tb\n")
	for _, test := range []struct{ folder, task, split, want string }{
		{"", "CoLA", "", "It rains."},
		{"CoLA", "CoLA", "", "It rains."},
		{"", "MRPC", "train", "old"},
		{"MRPC", "MRPC", "test", "a"},
		{"", "CoLA", "test", "GLUE keeps the labels"},
		{"", "CoLA", "validation", "choose one of dev, train"},
		{"", "MRPC", "dev", "there is no " + filepath.Join(dir, "MRPC", "dev.tsv")},
	} {
		_, all, err := ReadFile(filepath.Join(dir, test.folder), Format{Task: task(t, test.task), Split: test.split})
		if err == nil && all[0].Text != test.want || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v %v", test, all, err)
		}
	}
	put("MRPC/train.tsv", head+"1\t1\t2\tnew\ttext\n")
	if all, err := Open(dir, task(t, "MRPC"), "train"); err != nil || all[0].Text != "new" {
		t.Errorf("train.tsv beside the corpus' own: %v %v", all, err)
	}
}

// Names that begin with numbers are found by those, unless the file has indices.
func TestLeadingNumbers(t *testing.T) {
	stars := Format{Labels: []string{"1 star", "2 stars", "3 stars"}, Model: "M"}
	for text, want := range map[string][]int{
		"text,label\na,1\nb,3\nc,2\n": {0, 2, 1}, "text,label\na,0\nb,2\nc,1\n": {0, 2, 1}, "text,label\na,1 star\nb,3 stars\nc,2 stars\n": {0, 2, 1},
	} {
		task, all, err := read(strings.NewReader(text), "x.csv", stars)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range all {
			if e.Label != want[i] {
				t.Errorf("%q: label %d is %d, not %d", text, i, e.Label, want[i])
			}
		}
		if begin := strings.Contains(task.Found, "the numbers that the names begin with"); begin != strings.Contains(text, "3\n") {
			t.Errorf("%q: %s", text, task.Found)
		}
	}
}
