package results

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPredictions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record.jsonl")
	w, err := CreatePredictions(path)
	if err != nil {
		t.Fatal(err)
	}
	name, err := points[3].FullName()
	if err != nil {
		t.Fatal(err)
	}
	want := []Prediction{
		{Point: name, Example: 0, Label: 1, Prediction: 1, Logits: []float32{-1.25, 0.1}, Kept: []int{9, 7, 1}},
		{Point: name, Example: 1, Label: 2.5, Prediction: 2.375, Logits: []float32{2.375}},
	}
	if err := w.Add(want); err != nil {
		t.Fatal(err)
	}
	bad := []Prediction{want[0], {Point: name, Example: 7, Logits: []float32{float32(math.NaN())}}}
	if err := w.Add(bad); err == nil || !strings.Contains(err.Error(), "example 7") || !strings.HasPrefix(err.Error(), path) {
		t.Errorf("a NaN gives %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := text(t, path)
	golden(t, "predictions.jsonl", whole)
	for n := range len(whole) + 1 {
		if err := os.WriteFile(path, []byte(whole[:n]), 0o644); err != nil {
			t.Fatal(err)
		}
		got, problems, err := ReadPredictions(path)
		lines := strings.Count(whole[:n], "\n")
		torn := n > 0 && whole[n-1] != '\n'
		if err != nil || len(got) != lines || (len(problems) == 1) != torn {
			t.Fatalf("cut at byte %d: %d predictions, problems %v, error %v", n, len(got), problems, err)
		}
	}
	got, _, _ := ReadPredictions(path)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if err := os.WriteFile(path, []byte("{}\nno\n{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, problems, err := ReadPredictions(path)
	if err != nil || len(got) != 2 || len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), path+":2:") {
		t.Errorf("%d predictions, problems %v, error %v", len(got), problems, err)
	}
}

// Whatever the file says, reading does not panic; what was read reads the same when it is
// written again, and a file that is cut reads up to there.
func FuzzPredictions(f *testing.F) {
	f.Add([]byte(`{"point":"Sweep-2","example":1,"label":1,"prediction":0,"logits":[0.5,-1],"kept":[3,1],"tokens":3}`+"\n{}\nno\n{"), 70)
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		whole, _ := parsePredictions("f", data)
		var b bytes.Buffer
		for i := range whole {
			line, err := json.Marshal(&whole[i])
			if err != nil {
				t.Fatalf("what was read can't be written: %v", err)
			}
			b.Write(append(line, '\n'))
		}
		again, problems := parsePredictions("g", b.Bytes())
		if diff := cmp.Diff(whole, again, cmpopts.EquateEmpty()); diff != "" || len(problems) > 0 {
			t.Errorf("problems %v (-read +again):\n%s", problems, diff)
		}
		if at %= len(data) + 1; at < 0 {
			at = -at
		}
		cut, _ := parsePredictions("f", data[:at])
		if len(cut) > len(whole) || !cmp.Equal(whole[:len(cut)], cut, cmpopts.EquateEmpty()) {
			t.Errorf("cut at %d: %v, whole %v", at, cut, whole)
		}
	})
}
