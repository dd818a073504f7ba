package results

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes a file, its folder too.
func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(content))
		z.Close()
		content = b.String()
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestOpen(t *testing.T) {
	const record = "model: m\n\nBenchmarkSweep/method=none-2 3 1 accuracy\n"
	const one = `{"point":"Sweep/method=none-2","example":0,"label":1,"prediction":1,"logits":[0,1]}` + "\n"
	for _, tc := range []struct {
		name, open  string
		files       map[string]string
		runs        string // models of the runs, and how many predictions and problems each has
		err         string
		badContents bool
	}{
		{"record", "a/sweep.txt", map[string]string{"a/sweep.txt": record, "a/predictions.jsonl": one + one}, "m 2 0", "", false},
		{"folder", "a", map[string]string{"a/sweep.txt": record, "a/predictions.jsonl": one}, "m 1 0", "", false},
		{"packed", "a", map[string]string{"a/sweep.txt": record, "a/predictions.jsonl.gz": one}, "m 1 0", "", false},
		{"own name", "b.txt", map[string]string{"b.txt": record, "b.jsonl": one, "predictions.jsonl": one + one}, "m 1 0", "", false},
		{"no predictions", "a", map[string]string{"a/sweep.txt": record}, "m 0 0", "", false},
		{"torn", "a", map[string]string{"a/sweep.txt": record + "Benchm", "a/predictions.jsonl": one + one[:9]}, "m 1 2", "", false},
		{"nothing yet", "a", map[string]string{"a/sweep.txt": "model: m\n\n"}, "m 0 0", "", false},
		{"triples", "a[1]", map[string]string{"a[1]/y-t-cpu/sweep.txt": strings.Replace(record, ": m", ": y", 1), "a[1]/x-t-cpu/sweep.txt": record, "a[1]/plan.toml": ""}, "m 0 0, y 0 0", "", false},
		{"no record", "a", map[string]string{"a/plan.toml": ""}, "", "a has no sweep.txt", false},
		{"no folder", "c", map[string]string{"a/plan.toml": ""}, "", "c: no such file", false},
		{"not packed", "a", map[string]string{"a/sweep.txt": record, "a/predictions.jsonl.gz": ""}, "", "predictions.jsonl.gz", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range tc.files {
				put(t, filepath.Join(dir, name), content)
			}
			if tc.badContents {
				if err := os.WriteFile(filepath.Join(dir, "a/predictions.jsonl.gz"), []byte("plain"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			runs, err := Open(filepath.Join(dir, tc.open))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range runs {
				got = append(got, strings.Join([]string{r.Get("model"), string(rune('0' + len(r.Predictions))), string(rune('0' + len(r.Problems)))}, " "))
			}
			if s := strings.Join(got, ", "); s != tc.runs {
				t.Errorf("runs %q, want %q", s, tc.runs)
			}
		})
	}
}
