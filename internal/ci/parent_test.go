// Package ci tests the comparison with the parent commit that .ci/run makes.
package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// project is a small one with what .ci/parent looks for: tests of bench that record counts, and benchmarks.
type project struct {
	t                *testing.T
	dir, script, ltp string
}

// bench is its package; KEPT stands for what is kept.
const bench = `package bench

import (
	"flag"
	"os"
	"testing"
)

var record = flag.String("record", "", "")

func TestExpected(t *testing.T) {
	if *record != "" {
		os.WriteFile(*record, []byte("BenchmarkKept/layer=1 1 KEPT kept-tokens/example\n"), 0o666)
	}
}

func BenchmarkEncoder(b *testing.B) {
	b.Run("pruner=none/tokens=16/batch=1", func(b *testing.B) {
		for b.Loop() {
		}
	})
}
`

func newProject(t *testing.T) *project {
	t.Helper()
	for _, name := range []string{"git", "bash"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not there", name)
		}
	}
	if testing.Short() {
		t.Skip("builds several programs")
	}
	p := &project{t: t, dir: t.TempDir(), ltp: filepath.Join(t.TempDir(), "ltpbench")}
	build := exec.Command("go", "build", "-o", p.ltp, "./cmd/ltpbench")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var err error
	if p.script, err = filepath.Abs("../../.ci/parent"); err != nil {
		t.Fatal(err)
	}
	p.write("go.mod", "module small\n\ngo 1.24\n")
	p.git("init", "-q")
	return p
}

func (p *project) write(name, data string) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) git(args ...string) {
	p.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = p.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// commit commits a version that keeps so much, with a message.
func (p *project) commit(kept, message string) {
	p.t.Helper()
	p.write("bench/bench_test.go", strings.Replace(bench, "KEPT", kept, 1))
	p.git("add", "-A")
	p.git("commit", "-q", "--allow-empty", "-m", message)
}

// compare runs the script, which has to pass or to fail, and to say something.
func (p *project) compare(what string, passes bool, want ...string) {
	p.t.Helper()
	cmd := exec.Command("bash", p.script, p.ltp)
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	if (err == nil) != passes {
		p.t.Errorf("%s: %v, but passing should be %v:\n%s", what, err, passes, out)
	}
	for _, w := range want {
		if !strings.Contains(string(out), w) {
			p.t.Errorf("%s: the output lacks %q:\n%s", what, w, out)
		}
	}
	if list, _ := exec.Command("git", "-C", p.dir, "worktree", "list").Output(); strings.Count(string(list), "\n") != 1 {
		p.t.Errorf("%s: the parent's tree is left behind:\n%s", what, list)
	}
}

// TestParent: a changed count or a comparison that disappears fails unless the commit explains why; a commit
// without a parent, or whose parent lacks what is compared, passes and reports it.
func TestParent(t *testing.T) {
	p := newProject(t)
	p.write("README.md", "nothing yet")
	p.git("add", "-A")
	p.git("commit", "-q", "-m", "begin")
	p.compare("no parent", true, "no parent")
	p.commit("5", "bench: add")
	p.compare("a parent without the benchmark", true, "the parent has no TestExpected", "the parent has no BenchmarkEncoder", "the parent has no BenchmarkProduct")
	p.commit("5", "bench: change nothing")
	p.compare("nothing changed", true, "all counted values are equal", "sec/op")
	p.commit("6", "bench: keep one more")
	p.compare("a changed count", false, "NOT EQUAL", "kept-tokens/example: 5 -> 6", "Expectation: why")
	p.write("bench/testdata/expected.txt", "6")
	p.commit("6", "bench: expect something")
	p.compare("a first expectation", true, "all counted values are equal")
	p.write("bench/testdata/expected.txt", "7")
	p.commit("7", "bench: keep yet another")
	p.compare("a changed expectation without a reason", false, "expected.txt changes", "Expectation: why")
	p.write("bench/testdata/expected.txt", "8")
	p.commit("8", "bench: keep yet another\n\nExpectation: ties go to the earlier position")
	p.compare("a changed expectation that says why", true, "expected.txt changes", "NOT EQUAL", "Intended: Expectation: ties go")
	p.commit("9", "bench: keep more with fast kernels\n\nExpectation: a sum is taken in another order")
	p.compare("a change that the generic kernels do not see", true, "Intended: Expectation: a sum")
	p.write("bench/broken_test.go", "package bench\n\nfunc {\n")
	p.commit("9", "bench: break")
	p.compare("a commit that does not build", false)
	p.git("rm", "-q", "bench/broken_test.go")
	p.commit("9", "bench: fix")
	p.compare("a parent that does not build", true, "no tests of bench that build")
}

// TestParentOfMoved: a package that moves is compared all the same, and what disappears fails.
func TestParentOfMoved(t *testing.T) {
	p := newProject(t)
	p.write("bench/testdata/expected.txt", "5")
	p.commit("5", "bench: begin")
	p.git("mv", "bench", "sweep")
	p.git("commit", "-q", "-m", "sweep: move")
	p.compare("a package that moves", true, "all counted values are equal", "sec/op")
	p.git("mv", "sweep", "bench")
	p.git("commit", "-q", "-m", "bench: move back")
	test := func(what, old, new, message string, passes bool, want ...string) {
		t.Helper()
		p.write("bench/bench_test.go", strings.Replace(strings.Replace(bench, "KEPT", "5", 1), old, new, 1))
		p.git("add", "-A")
		p.git("commit", "-q", "-m", message)
		p.compare(what, passes, want...)
		p.commit("5", "bench: put it back")
	}
	test("a test that disappears", "TestExpected", "TestOther", "bench: rename", false, "has TestExpected in bench", "disappears")
	test("a test that disappears, with a reason", "TestExpected", "TestOther", "bench: rename\n\nExpectation: it was wrong", true, "Intended: Expectation: it was wrong")
	test("a point that disappears", "Kept/layer=1", "Kept/layer=2", "bench: rename", false, "only in the old record", "disappears")
	test("a timed benchmark that disappears", "tokens=16", "tokens=128", "bench: rename", false, "only in the old record", "disappears")
	test("no record", "*record != \"\"", "*record == \"?\"", "bench: write nothing", false, "writes no record", "disappears")
	p.git("rm", "-q", "bench/testdata/expected.txt")
	p.git("commit", "-q", "-m", "bench: expect nothing")
	p.compare("an expectation that disappears", false, "expected.txt disappears")
}
