package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ltpbench/bench/plan"
	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

const (
	planFile = "plan.toml"
	// allRuns is where runs go that were given no folder, a number each.
	allRuns = "ltpbench-results"
	// lockFile is what a run at work holds in its folder.
	lockFile = ".lock"
)

// folder is a run's own, locked as long as the run is at work.
type folder struct {
	path  string
	lock  *atomicfile.FileLock
	begun bool
}

// errBusy is the error of a folder in which another program is at work.
var errBusy = errors.New("another ltpbench is at work there")

// openFolder begins a run of the plan, or resumes an unfinished one: in the
// folder out or, if that is empty, in the last of ./ltpbench-results.
func openFolder(p *plan.Plan, out string) (*folder, error) {
	if out != "" {
		f, err := enterFolder(p, out)
		if err != nil {
			return nil, fmt.Errorf("-o %s: %w", out, err)
		}
		return f, nil
	}
	if err := atomicfile.MkdirAll(allRuns); err != nil {
		return nil, err
	}
	for n := last(); n > 0; n-- {
		path := numbered(n)
		if text, err := os.ReadFile(filepath.Join(path, planFile)); err != nil || !bytes.Equal(text, p.Text()) || concluded(p, path) {
			continue
		}
		f, err := enterFolder(p, path)
		if !errors.Is(err, errBusy) {
			return f, err
		}
	}
	for n := last() + 1; ; n++ {
		err := os.Mkdir(numbered(n), 0o777)
		if err == nil {
			return enterFolder(p, numbered(n))
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

func numbered(n int) string { return filepath.Join(allRuns, fmt.Sprintf("%03d", n)) }

// last is the highest number that a run has, 0 without any.
func last() int {
	most := 0
	list, err := os.ReadDir(allRuns)
	if err != nil {
		return 0
	}
	for _, e := range list {
		n := 0
		if _, err := fmt.Sscanf(e.Name(), "%d", &n); err == nil {
			most = max(most, n)
		}
	}
	return most
}

// enterFolder locks a folder that is new, empty, or holds an unfinished run of the plan.
func enterFolder(p *plan.Plan, path string) (*folder, error) {
	if err := atomicfile.MkdirAll(path); err != nil {
		return nil, err
	}
	if _, err := begun(p, path); err != nil { // before a lock is left in a folder of somebody else's
		return nil, err
	}
	f := &folder{path: path}
	var err error
	if f.lock, err = atomicfile.Lock(filepath.Join(path, lockFile)); err != nil {
		if errors.Is(err, atomicfile.ErrLocked) {
			err = errBusy
		}
		return nil, err
	}
	// What was seen without the lock may have changed: another program may just have begun the run.
	if f.begun, err = begun(p, path); err == nil {
		err = atomicfile.Write(filepath.Join(path, openFile), nil)
	}
	if err == nil && !f.begun {
		err = atomicfile.Write(filepath.Join(path, planFile), p.Text())
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// begun reports whether a folder holds a run of the plan that is not concluded, rather than nothing. Anything else is an
// error.
func begun(p *plan.Plan, path string) (bool, error) {
	old, err := os.ReadFile(filepath.Join(path, planFile))
	switch {
	case err == nil && !bytes.Equal(old, p.Text()):
		return false, errors.New("the folder holds a run of another plan; name a new one, or run that plan (its plan.toml) to resume it")
	case err == nil && concluded(p, path):
		for _, x := range parts(p) {
			if err := whole(filepath.Join(path, x.path)); err != nil {
				return false, err
			}
		}
		return false, errors.New("the folder holds a finished run of this plan; name a new one, or draw from it with `ltpbench table` and `ltpbench plot`")
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return err == nil, err
	}
	list, err := os.ReadDir(path)
	for _, e := range list {
		switch name := e.Name(); {
		case name == lockFile, name == openFile, atomicfile.Leftover(name, openFile), atomicfile.Leftover(name, planFile):
		default:
			return false, errors.New("the folder is not empty and holds no run; name a new one")
		}
	}
	return false, err
}

// openFile lies in the folder of a run from its beginning until all that it makes, figures too, is there.
const openFile = ".open"

// conclude marks the run as one to which nothing is to be added.
func (f *folder) conclude() error { return atomicfile.Remove(filepath.Join(f.path, openFile)) }

// concluded reports whether a run's records have their ends, and its figures are drawn. Runs of earlier builds have no
// mark: they end with their records.
func concluded(p *plan.Plan, path string) bool {
	_, err := os.Stat(filepath.Join(path, openFile))
	return errors.Is(err, fs.ErrNotExist) && finished(p, path)
}

// alive returns an error once the folder, or its lock, was removed: what is done there from then on would be lost.
func (f *folder) alive() error {
	if !f.lock.Held() {
		return fmt.Errorf("%s was removed, or its %s: the run ends here; begin it again in a new folder", f.path, lockFile)
	}
	return nil
}

// close lets other programs in.
func (f *folder) close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Release()
}

// part is what one record of a plan is about: a model on a text on a device.
type part struct {
	model  string
	data   plan.Data
	device string
	path   string // below the run's folder; "." where there is one record alone
}

// parts lists what a plan's records are about.
func parts(p *plan.Plan) []part {
	var list []part
	taken := map[string]bool{}
	for _, m := range p.Models {
		for _, d := range p.Data {
			for _, device := range p.Devices {
				task := d.Task
				if task == "" {
					task = filepath.Base(d.File)
				}
				name := plain(filepath.Base(filepath.Clean(m)) + "-" + task + "-" + device)
				for base, n := name, 2; taken[name]; n++ {
					name = fmt.Sprintf("%s-%d", base, n)
				}
				taken[name] = true
				list = append(list, part{m, d, device, name})
			}
		}
	}
	if len(list) == 1 {
		list[0].path = "."
	}
	return list
}

// plain leaves letters, digits, dots and hyphens of a name.
func plain(name string) string {
	b := []byte(name)
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-':
		default:
			b[i] = '_'
		}
	}
	return string(b)
}

// finished reports whether a folder holds all of a plan's records, each with its end.
func finished(p *plan.Plan, path string) bool {
	for _, x := range parts(p) {
		record, err := results.Read(filepath.Join(path, x.path, results.RecordFile))
		if err != nil || !ended(record) {
			return false
		}
	}
	return true
}

// ended reports whether a record has its last line.
func ended(r *results.Record) bool {
	return len(r.Points) > 0 && r.Points[len(r.Points)-1].Name == endLine
}

// Unfinished is the folder of the run that a sweep without a separate folder would resume;
// empty if it would begin a new one.
func Unfinished(p plan.Plan) string {
	for n := last(); n > 0; n-- {
		if old, err := plan.Read(filepath.Join(numbered(n), planFile)); err == nil && old.Hash() == p.Hash() && !concluded(&p, numbered(n)) {
			return numbered(n)
		}
	}
	return ""
}
