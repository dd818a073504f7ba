package sweep

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"ltpbench/internal/atomicfile"
)

// While a record is under way its folder of jobs has their list and the last sign of life, for Inspect, which then
// need not read model and text. Both go with that folder when the record is complete.
const (
	listFile  = ".list.json"
	aliveFile = ".alive.json"
)

// aliveEvery is the least time between two signs of life, job ends apart.
const aliveEvery = 5 * time.Second

// Alive is a sign of life of the process that sweeps.
type Alive struct {
	Process int       `json:"process"`
	Host    string    `json:"host"`
	At      time.Time `json:"at"`
	What    string    `json:"what"` // was under way
	// Pace is seconds for a token of a forward pass, as Job.weight counts it; 0: nothing is done yet.
	Pace float64 `json:"pace"`
	// Under is the work done of jobs that are not complete.
	Under float64 `json:"under"`
	Cells string  `json:"cells"` // the folder of weights
}

// alive writes signs of life of a record. A write that fails is left out: the run's own writes report the disk.
type alive struct {
	path string
	sign Alive
	last time.Time
}

// announce makes the record's folder of jobs with their list.
func (w *worker) announce() error {
	dir := filepath.Join(w.dir, jobsFolder)
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	write(filepath.Join(dir, listFile), w.jobs)
	return nil
}

// live announces the record and begins its signs of life.
func (w *worker) live() (*alive, error) {
	if err := w.announce(); err != nil {
		return nil, err
	}
	a := &alive{path: filepath.Join(w.dir, jobsFolder, aliveFile), sign: Alive{Process: os.Getpid(), What: "beginning"}}
	a.sign.Host, _ = os.Hostname()
	a.sign.Cells, _ = filepath.Abs(string(w.store))
	a.write(time.Now())
	return a, nil
}

// follow notes a progress.
func (a *alive) follow(p Progress, settled float64) {
	a.sign.What = p.What
	if p.Complete != nil {
		a.sign.What = "finished " + p.What
	}
	if p.Done > 0 {
		a.sign.Pace = p.Elapsed.Seconds() / p.Done
	}
	a.sign.Under = max(0, p.Done-settled)
	if now := time.Now(); p.Complete != nil || now.Sub(a.last) >= aliveEvery {
		a.write(now)
	}
}

func (a *alive) write(now time.Time) {
	a.last, a.sign.At = now, now
	write(a.path, a.sign)
}

// write replaces a file that readJSON reads.
func write(path string, x any) {
	if text, err := json.Marshal(x); err == nil && os.WriteFile(path+".next", append(text, '\n'), 0o666) == nil {
		os.Rename(path+".next", path)
	}
}
