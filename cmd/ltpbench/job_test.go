package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of the help make a run: its plan, its jobs, each done by itself, and the sweep that
// writes the record.
func TestJob(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.toml")
	plan := func(command ...string) string {
		t.Helper()
		code, out, err := call(command...)
		if code != 0 {
			t.Fatalf("%q: exit %d: %s", command, code, err)
		}
		return out
	}
	if err := os.WriteFile(file, []byte(plan("plan", "show", "--limit", "6", "--rounds", "1", "--latency", "2", "--methods", "topk:rate=0.5")), 0o666); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(plan("plan", "jobs", file)), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d jobs, want two evaluations and one timing:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for i, line := range lines {
		var job struct {
			Key   string
			Needs []string
		}
		if err := json.Unmarshal([]byte(line), &job); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if i == 0 { // the last needs all before it
			var last struct{ Key string }
			if err := json.Unmarshal([]byte(lines[2]), &last); err != nil {
				t.Fatal(err)
			}
			if code, _, err := call("job", dir, last.Key); code == 0 || !strings.Contains(err, "evaluate job "+job.Key) {
				t.Errorf("a job before what it needs: exit %d: %s", code, err)
			}
		}
		plan("job", dir, job.Key)
	}
	if code, out, err := call("sweep", file, "-o", dir); code != 0 || !strings.Contains(out, "topk") {
		t.Errorf("the sweep after its jobs: exit %d: %s%s", code, out, err)
	}
	for want, args := range map[string][]string{
		"no job of its plan has the key 00": {"job", dir, "00"},
		"plan.toml: no such file":           {"job", filepath.Join(dir, "nowhere"), "00"},
	} {
		if code, _, err := call(args...); code != 1 || !strings.Contains(err, want) {
			t.Errorf("%q: exit %d, the error lacks %q: %s", args, code, want, err)
		}
	}
}
