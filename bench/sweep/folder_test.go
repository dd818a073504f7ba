package sweep

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/bench/plan"
)

// Without a separate folder a run resumes in the last unfinished one of its plan
// that nobody is at work in, else it begins the next number.
func TestOpenFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	p, other := plan.Default(), plan.Default()
	other.Measure.Rounds++
	open := func(p *plan.Plan, want string, begun bool) *folder {
		t.Helper()
		f, err := openFolder(p, "")
		if err != nil {
			t.Fatal(err)
		}
		if f.path != filepath.FromSlash(want) || f.begun != begun {
			t.Errorf("%s, begun %v; want %s, %v", f.path, f.begun, want, begun)
		}
		return f
	}
	first := open(&p, "ltpbench-results/001", false)
	busy := open(&p, "ltpbench-results/002", false)
	first.close()
	open(&other, "ltpbench-results/003", false).close()
	open(&p, "ltpbench-results/001", true).close()
	busy.close()
	two := open(&p, "ltpbench-results/002", true)
	if err := errors.Join(two.conclude(), two.close()); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "ltpbench-results/002/sweep.txt", []byte("model: x\n\nBenchmarkRun-2 1 3 warm-up-passes\n"))
	one := open(&p, "ltpbench-results/001", true)
	if err := errors.Join(one.conclude(), one.close()); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "ltpbench-results/001/sweep.txt", []byte("model: x\n\nBenchmarkRun-2 1 3 warm-up-passes\n"))
	open(&p, "ltpbench-results/004", false).close()
}

func TestFolderRefuses(t *testing.T) {
	p, dir := plan.Default(), t.TempDir()
	foreign := filepath.Join(dir, "foreign")
	if err := os.Mkdir(foreign, 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(foreign, "letter"), nil)
	refuse := func(path, want string) {
		t.Helper()
		f, err := openFolder(&p, path)
		if err == nil {
			f.close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "-o "+path) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
	refuse(foreign, "not empty")
	if list, err := os.ReadDir(foreign); err != nil || len(list) != 1 {
		t.Errorf("something was left in the foreign folder: %v %v", list, err)
	}
	refuse(filepath.Join(foreign, "letter"), "not a directory")
	own := filepath.Join(dir, "own")
	f, err := openFolder(&p, own)
	if err != nil {
		t.Fatal(err)
	}
	refuse(own, errBusy.Error())
	f.close()
	p.Measure.Rounds++
	refuse(own, "another plan")
	p.Measure.Rounds--
	writeFile(t, filepath.Join(own, "sweep.txt"), []byte("model: x\n\nBenchmarkRun-2 1 3 warm-up-passes\n"))
	if f, err = openFolder(&p, own); err != nil || !f.begun { // its figures are not drawn
		t.Fatalf("records with their ends: %v", err)
	}
	if err := errors.Join(f.conclude(), f.close()); err != nil {
		t.Fatal(err)
	}
	refuse(own, "finished run")
}

func TestParts(t *testing.T) {
	p := plan.Default()
	if list := parts(&p); len(list) != 1 || list[0].path != "." {
		t.Errorf("%+v", list)
	}
	p.Models = []string{"a/x", "b/x"}
	p.Devices = []string{"cpu", "cpu:generic"}
	p.Data = append(p.Data, plan.Data{File: "my text.csv"})
	var got []string
	for _, x := range parts(&p) {
		got = append(got, x.path)
	}
	want := "x-SST-2-cpu x-SST-2-cpu_generic x-my_text.csv-cpu x-my_text.csv-cpu_generic x-SST-2-cpu-2 x-SST-2-cpu_generic-2 x-my_text.csv-cpu-2 x-my_text.csv-cpu_generic-2"
	if strings.Join(got, " ") != want {
		t.Errorf("%q", got)
	}
}
