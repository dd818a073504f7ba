package model

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// sparse writes a folder whose weights are one tensor of a GiB that takes no room on disk.
func sparse(t *testing.T, config map[string]any, tensor string, shape []int) string {
	t.Helper()
	dir := t.TempDir()
	text, err := json.Marshal(config)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, configFile), text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	size := int64(4 * Elements(shape))
	head, err := json.Marshal(map[string]any{tensor: map[string]any{"dtype": "F32", "shape": shape, "data_offsets": []int64{0, size}}})
	if err != nil {
		t.Fatal(err)
	}
	for len(head)%8 > 0 {
		head = append(head, ' ')
	}
	f, err := os.Create(filepath.Join(dir, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...)); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(int64(8+len(head)) + size); err != nil {
		t.Skip("no sparse file: ", err)
	}
	return dir
}

// TestShapesFirst: a tensor of the wrong shape is refused before its contents are converted.
func TestShapesFirst(t *testing.T) {
	var before, after runtime.MemStats
	dir := sparse(t, bertObject(), "bert.embeddings.word_embeddings.weight", []int{1 << 16, 1 << 12})
	runtime.ReadMemStats(&before)
	begin := time.Now()
	_, err := Load(dir)
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	t.Logf("%v, %d bytes allocated: %v", took, after.TotalAlloc-before.TotalAlloc, err)
	if err == nil || !strings.Contains(err.Error(), "bert.embeddings.word_embeddings.weight has shape [65536 4096]") {
		t.Errorf("got %v", err)
	}
	if after.TotalAlloc-before.TotalAlloc > 10<<20 || took > 5*time.Second {
		t.Error("its contents were looked at")
	}
}

// TestNoRegularFiles: what is no regular file is named and not opened.
func TestNoRegularFiles(t *testing.T) {
	for _, test := range []struct{ file, target, want string }{
		{configFile, "/dev/zero", "config.json: it is no regular file"},
		{weightsFile, "/dev/zero", "model.safetensors: it is no regular file"},
		{weightsFile, "../blobs/0123", `model.safetensors: it is a link to "../blobs/0123", which is not there`},
	} {
		dir := t.TempDir()
		text, err := json.Marshal(bertObject())
		if err == nil && test.file != configFile {
			err = os.WriteFile(filepath.Join(dir, configFile), text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(test.target, filepath.Join(dir, test.file)); err != nil {
			t.Skip("no links here: ", err)
		}
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.want, err)
		}
	}
}

// TestOtherHeads: a classifier of tokens is none of sequences, though its tensors have the same names.
func TestOtherHeads(t *testing.T) {
	f := openFolder(t, smallCase)
	files := f.files(t, F32)
	config := map[string]any{}
	if err := json.Unmarshal(f.config, &config); err != nil {
		t.Fatal(err)
	}
	config["architectures"] = []string{"BertForTokenClassification"}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	files[configFile].Data = text
	c, err := LoadFS(files, "net")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.NeedsHead(); err == nil || !strings.Contains(err.Error(), "BertForTokenClassification") || c.Config.Labels != 0 {
		t.Errorf("%d labels, %v", c.Config.Labels, err)
	}
}

// TestContradictions: problem_type has to fit the number of outputs.
func TestContradictions(t *testing.T) {
	for _, test := range []struct {
		problem string
		labels  int
		want    string
	}{
		{Regression, 3, "problem_type"}, {Classification, 1, "problem_type"}, {Regression, 1, ""}, {Classification, 2, ""}, {MultiLabel, 1, ""}, {"", 3, ""},
	} {
		c := Config{Problem: test.problem, Labels: test.labels}
		err := c.Contradiction()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}
