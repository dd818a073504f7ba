package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestPoolCommand(t *testing.T) {
	code, out, err := call("pool", firstMinute, study, "--at", "0.55,0.65")
	if code != 0 {
		t.Fatal(err)
	}
	for _, part := range []string{"2 runs pooled: first-minute, mrpc-minilm", "mean of 2 texts", "-1.0 [-15.4, 13.3]", "At equal FLOPs threshold is not significantly different from topk:start=1 at 0.55", "all 2 means together", "Left out: "} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is missing in\n%s", part, out)
		}
	}
	code, out, err = call("pool", firstMinute, study, "--at", "0.55", "--format", "json")
	var object struct{ Rows []map[string]any }
	if bad := json.Unmarshal([]byte(out), &object); code != 0 || bad != nil || len(object.Rows) != 3 || object.Rows[2]["p"] == nil || object.Rows[2]["difference-low"] == nil {
		t.Errorf("exit %d, %v, %s\n%s", code, bad, err, out)
	}
	dir := t.TempDir()
	if code, _, err := call("pool", firstMinute, study, "--at", "0.55", "-o", filepath.Join(dir, "pool.html"), "--forest", filepath.Join(dir, "forest.svg")); code != 0 {
		t.Error(err)
	}
	for _, name := range []string{"pool.html", "forest.svg"} {
		if got := read(t, filepath.Join(dir, name)); !strings.Contains(got, "threshold minus topk:start=1, FLOPs at 0.55") || !strings.Contains(got, "first-minute") {
			t.Errorf("%s lacks the rows' names", name)
		}
	}
	if code, _, err := call("pool", firstMinute, study, "--at", "0.55", "--forest", filepath.Join(dir, "forest.xyz")); code != 1 || !strings.Contains(err, "--forest") {
		t.Errorf("a figure of no format: exit %d, %s", code, err)
	}
	if _, out, _ := call("pool", study, study); !strings.Contains(out, "Runs of the same texts count as one") || !strings.Contains(out, "mrpc-minilm (2)") {
		t.Errorf("one run twice:\n%s", out)
	}
	if code, out, err := call("pool", firstMinute, study, "--at", "0.55,0.65", "--best", "topk,topk:start=1", "--axis", "flops,time"); code != 0 || !strings.Contains(out, "the best of topk, topk:start=1") || !strings.Contains(out, "which favours it") || !strings.Contains(out, "the time of 0.65") {
		t.Errorf("the best: exit %d, %s%s", code, out, err)
	}
	for _, best := range []string{"nosuch", "topk:start=1,nosuch"} {
		if code, out, err := call("pool", firstMinute, study, "--at", "0.55", "--best", best); code != 0 || !strings.Contains(out, "no run has nosuch") {
			t.Errorf("--best %s: exit %d, %s%s", best, code, out, err)
		}
	}
	if code, out, err := call("pool", study, study, "--against", "itself", "--at", "0.55"); code != 0 || !strings.Contains(out, "No verdict") {
		t.Errorf("one run against itself: exit %d, %s%s", code, out, err)
	}
	if code, out, err := call("pool", firstMinute, study, "--against", "unpruned", "--at", "0.5"); code != 0 || !strings.Contains(out, "Against the unpruned model: threshold at 0.5 -") {
		t.Errorf("the unpruned model: exit %d, %s%s", code, out, err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{firstMinute, 2, "at least two runs"},
		{firstMinute + " " + study + " --at -1", 2, "--at"},
		{firstMinute + " " + study + " --near -1", 2, "--near"},
		{firstMinute + " " + study + " --axis energy", 2, "axis"},
		{firstMinute + " " + study + " --at 0.01", 0, ""},
	} {
		if code, out, err := call(append([]string{"pool"}, strings.Fields(c.args)...)...); code != c.code || !strings.Contains(err, c.want) || code == 0 && !strings.Contains(out, "No verdict") {
			t.Errorf("pool %s: exit %d, %s%s", c.args, code, out, err)
		}
	}
}
