package oracle

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/internal/ragged"
)

// Published is a small RoBERTa and what the published program of LTP
// (github.com/kssteven418/LTP at 8ab31a62) answers on some texts, as it is: it
// masks, protects no row and pads to 128. Lists are indexed [sequence][layer][...].
type Published struct {
	Name, Dir string
	IDs       [][]int32                  `json:"ids"`
	Rules     map[string]PublishedAnswer `json:"rules"`
	// Of a training: examples of a mini-batch, labels, and the runs.
	Batch  int            `json:"batch"`
	Labels []float64      `json:"labels"`
	Runs   []PublishedRun `json:"runs"`
}

// PublishedAnswer is what it gives under one rule.
type PublishedAnswer struct {
	Logits        [][]float64 `json:"logits"`
	Alive         [][][]int32 `json:"alive"`          // positions that its mask lets through after the layer
	RelativeFLOPs *float64    `json:"relative_flops"` // over all texts; nil without pruning
}

// PublishedRun is one training, a step for each mini-batch.
type PublishedRun struct {
	Rule        string      `json:"rule"` // of the hard stage, in which row 0 always lives; "": the soft stage
	Rate        float32     `json:"rate"`
	ThetaRate   float32     `json:"theta_rate"`
	Clip        float32     `json:"clip"` // largest norm of all gradients, the thetas' among them; 0: none
	Temperature float32     `json:"temperature"`
	Lambda      float32     `json:"lambda"`
	Losses      []float64   `json:"losses"` // before each step
	Thetas      [][]float64 `json:"thetas"` // of the soft stage, after each step
	Counts      [][][]int   `json:"counts"` // of the hard stage, [step][sequence][layer]: tokens alive after the layer
	Final       map[string]struct {
		Norm, Moved float64
		First       []float32
	} `json:"final"`
}

// EachPublished runs f for every network of testdata/published (seen from the
// package's folder) and of LTPBENCH_SHARED whose name ends in suffix, "" for those
// with rules and "-training" for those with training runs.
func EachPublished(t *testing.T, testdata, suffix string, f func(t *testing.T, p Published)) {
	all := func(dir func(t *testing.T) string) func(t *testing.T) {
		return func(t *testing.T) {
			folders, err := os.ReadDir(dir(t))
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, folder := range folders {
				if !folder.IsDir() || strings.HasSuffix(folder.Name(), "-training") != (suffix == "-training") {
					continue
				}
				seen++
				t.Run(folder.Name(), func(t *testing.T) { f(t, published(t, filepath.Join(dir(t), folder.Name()))) })
			}
			if seen == 0 {
				t.Fatalf("%s has no network of this kind", dir(t))
			}
		}
	}
	t.Run("testdata", all(func(t *testing.T) string { return filepath.Join(testdata, "published") }))
	t.Run("shared", all(func(t *testing.T) string { return filepath.Join(Shared(t), "oracle", "published") }))
}

func published(t *testing.T, dir string) Published {
	t.Helper()
	p := Published{Name: filepath.Base(dir), Dir: dir}
	in, err := cases(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	if len(p.IDs) == 0 || len(p.Rules) == 0 && len(p.Runs) == 0 {
		t.Fatalf("%s: no cases", dir)
	}
	for spec, a := range p.Rules {
		if len(a.Logits) != len(p.IDs) || len(a.Alive) != len(p.IDs) || a.RelativeFLOPs == nil && spec != "none" {
			t.Fatalf("%s: the answers under %s are incomplete", dir, spec)
		}
	}
	for i, r := range p.Runs {
		steps := len(r.Thetas)
		if r.Rule != "" {
			steps = len(r.Counts)
		}
		if len(p.Labels) != len(p.IDs) || len(r.Losses)*p.Batch != len(p.IDs) || steps != len(r.Losses) || len(r.Final) == 0 {
			t.Fatalf("%s: run %d is incomplete", dir, i)
		}
	}
	return p
}

// Ours is the spec here of a published rule: the published relative one prunes in layer 0.
func Ours(spec string) string {
	if strings.HasPrefix(spec, "relative:") {
		return spec + ",start=0"
	}
	return spec
}

// Within is how far the threshold of a layer may be off after a step: a thousandth of the
// way that it has gone from start, to and fro.
func (r *PublishedRun) Within(step, layer int, start float64) float64 {
	way := 0.0
	for i := range step + 1 {
		way += math.Abs(r.Thetas[i][layer] - start)
		start = r.Thetas[i][layer]
	}
	return 1e-3*way + 1e-9 // float32 is no finer
}

// SameWeights compares tensors at the end of a run with the published program's, within a
// hundredth of what each has moved. names are those here, published returns the name there.
func (r *PublishedRun) SameWeights(t *testing.T, names []string, published func(name string) string, tensor func(name string) (before, after []float32)) {
	t.Helper()
	seen := 0
	for _, name := range names {
		w, ok := r.Final[published(name)]
		if !ok {
			continue
		}
		seen++
		near := func(what string, got, want float64) {
			t.Helper()
			if !(math.Abs(got-want) <= 1e-2*w.Moved) {
				t.Errorf("%s: %s is %v, the published program has %v", name, what, got, want)
			}
		}
		before, after := tensor(name)
		norm, moved := 0.0, 0.0
		for i, x := range after {
			norm += float64(x) * float64(x)
			moved += math.Pow(float64(x)-float64(before[i]), 2)
		}
		near("the norm", math.Sqrt(norm), w.Norm)
		near("the distance moved", math.Sqrt(moved), w.Moved)
		for i, x := range w.First {
			near(fmt.Sprintf("value %d", i), float64(after[i]), float64(x))
		}
	}
	if seen != len(r.Final) {
		t.Errorf("%d tensors compared, the published program has %d", seen, len(r.Final))
	}
}

// Pack returns the listed texts as one batch.
func (p *Published) Pack(which ...int) ragged.Batch {
	var seqs []ragged.Sequence
	for _, i := range which {
		seqs = append(seqs, ragged.Sequence{IDs: p.IDs[i], Segments: make([]int32, len(p.IDs[i]))})
	}
	return ragged.Pack(seqs...)
}

// Targets returns what training on the listed texts aims at, labels numbers a text:
// a one at its class, or with one number the score.
func (p *Published) Targets(labels int, which ...int) []float32 {
	targets := make([]float32, len(which)*labels)
	for i, text := range which {
		if labels == 1 {
			targets[i] = float32(p.Labels[text])
		} else {
			targets[i*labels+int(p.Labels[text])] = 1
		}
	}
	return targets
}

// cases opens a folder's cases.json, or cases.json.gz.
func cases(dir string) (io.ReadCloser, error) {
	file, err := os.Open(filepath.Join(dir, "cases.json"))
	if err == nil {
		return file, nil
	}
	if file, err = os.Open(filepath.Join(dir, "cases.json.gz")); err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{unpacked, file}, nil
}
