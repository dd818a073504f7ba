package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/bench/plan"
	"ltpbench/bench/sweep"
	"ltpbench/bench/text"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

// TestLengths: texts have the file's lengths, cut at what a model takes; what is not there is an error.
func TestLengths(t *testing.T) {
	for _, name := range []string{"sst2", "imdb"} {
		list, err := lengths(name, 512, 100)
		if err != nil || len(list) != 512 {
			t.Fatalf("%s: %d lengths, %v", name, len(list), err)
		}
		for _, n := range list {
			if n < 2 || n > 100 {
				t.Errorf("%s: a text of %d tokens", name, n)
			}
		}
	}
	if list, err := lengths("50", 3, 512); err != nil || len(list) != 3 || list[2] != 50 {
		t.Errorf("three texts of 50 tokens: %v, %v", list, err)
	}
	for _, bad := range []string{"mrpc", "imdb"} {
		if _, err := lengths(bad, 513, 512); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("513 texts of %s: %v", bad, err)
		}
	}
}

// TestWeights: a shape's weights are a whole model, the same each time, with queries and
// keys that spread attention scores.
func TestWeights(t *testing.T) {
	s := shapes(true)[0]
	a, b := s.weights(), s.weights()
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() {
		t.Error("weights differ from one time to the next")
	}
	for name, want := range map[string]float64{"layer.0.query.weight": math.Sqrt(2. / 32), "layer.0.up.weight": 0.02} {
		sum := 0.0
		x := a.Tensors[name].Data
		for _, v := range x {
			sum += float64(v) * float64(v)
		}
		if got := math.Sqrt(sum / float64(len(x))); math.Abs(got-want) > want/10 {
			t.Errorf("%s deviates by %.3f, not by %.3f", name, got, want)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{nil, {"everything"}, {"encoders"}, {"encoders", "-o", "x", "more"}, {"pruning", "-o", "x", "-types", ""}} {
		var log strings.Builder
		if code := run(args, &log, &log); code != 2 || log.Len() == 0 {
			t.Errorf("%q: code %d, %q", args, code, log.String())
		}
	}
}

// TestParts: the first seed of every model and text comes before the second of any.
func TestParts(t *testing.T) {
	p := plan.Default()
	p.Models, p.Seeds, p.Data = []string{"a", "b"}, []uint64{1, 2}, []plan.Data{{Task: "MRPC"}, {}}
	var names []string
	for _, x := range partsOf([]plan.Plan{p}, "cuda") {
		names = append(names, x.name)
		if len(x.plan.Seeds)*len(x.plan.Data)*len(x.plan.Models)*len(x.plan.Devices) != 1 || x.plan.Devices[0] != "cuda" {
			t.Errorf("%s is no single record: %+v", x.name, x.plan)
		}
	}
	want := "a-MRPC-seed1 b-MRPC-seed1 a-text2-seed1 b-text2-seed1 a-MRPC-seed2 b-MRPC-seed2 a-text2-seed2 b-text2-seed2"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("parts are\n%s, want\n%s", got, want)
	}
}

// TestShares: each method of a part is in one of its shares, which are plans by themselves.
func TestShares(t *testing.T) {
	p := plan.Default()
	p.Methods, p.Budgets, p.Compare = []string{"threshold", "topk:start=1", "random@0.5", "truncate", "shallow:layers=3"}, []float64{0.5}, [][]string{{"threshold", "truncate"}}
	p.Own = []plan.Own{{Names: []string{"random", "threshold"}}, {Names: []string{"truncate", "shallow"}}}
	x := part{name: "a", plan: p}
	var all, settled []string
	for _, text := range []string{"0/3", "1/3", "2/3"} {
		share, err := x.share(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := share.plan.Check(); err != nil {
			t.Errorf("share %s: %v", text, err)
		}
		all = append(all, share.plan.Methods...)
		for _, o := range share.plan.Own {
			settled = append(settled, o.Names...)
		}
	}
	if slices.Sort(settled); !slices.Equal(settled, []string{"random", "shallow", "threshold", "truncate"}) {
		t.Errorf("of the shares' methods %q have settings", settled)
	}
	if slices.Sort(all); !slices.Equal(all, slices.Sorted(slices.Values(p.Methods))) {
		t.Errorf("the shares' methods are %q", all)
	}
	if len(p.Own[0].Names) != 2 {
		t.Error("the part's own plan has changed")
	}
	if _, err := x.share("3/3"); err == nil {
		t.Error("share 3/3 is none")
	}
}

// TestPack: a packed plan reads from its own folder, and the cut model gives each token
// of the texts the embedding that the whole model gives it.
func TestPack(t *testing.T) {
	dir := t.TempDir()
	texts := []string{"a gorgeous, witty film", "the plot is paper-thin"}
	file := filepath.Join(dir, "dev.tsv")
	if err := os.WriteFile(file, []byte("sentence\tlabel\n"+texts[0]+"\t1\n"+texts[1]+"\t0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	const whole = "../embedded/files"
	p := plan.Default()
	p.Models, p.Methods, p.Budgets, p.Data = []string{whole}, []string{"threshold"}, []float64{0.5}, []plan.Data{{Task: "SST-2", File: file}}
	from, to := filepath.Join(dir, "plan.toml"), filepath.Join(dir, "packed")
	if err := os.WriteFile(from, p.Text(), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := pack(&options{plans: []string{from}, record: to}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Setenv(packed, to)
	q, err := plan.Read(filepath.Join(to, "01-plan.toml"))
	if err != nil {
		t.Fatal(err)
	}
	small, err := plan.Path(q.Models[0])
	if err != nil {
		t.Fatal(err)
	}
	if copied, err := plan.Path(q.Data[0].File); err != nil || !strings.HasPrefix(copied, to) {
		t.Errorf("the packed plan measures on %s, %v", copied, err)
	}
	rows := func(folder string) (list []float32, pieces int) {
		c, err := model.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		words, err := tokenize.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			e, err := words.Encode(text, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			d := c.Config.Width
			for _, id := range e.IDs {
				list = append(list, c.Tensors["embed.word"].Data[int(id)*d:(int(id)+1)*d]...)
			}
		}
		return list, c.Config.Vocab
	}
	want, all := rows(whole)
	got, some := rows(small)
	if !slices.Equal(got, want) {
		t.Error("tokens of the texts have other embeddings in the packed model")
	}
	if some >= all {
		t.Errorf("the packed model has %d of %d pieces", some, all)
	}
}

// TestPackedTexts: what a packed plan trains on, holds out and measures is what the plan itself would.
func TestPackedTexts(t *testing.T) {
	dir := t.TempDir()
	write := func(name, header, line string, n int) string {
		text := header + "\n"
		for i := range n {
			text += fmt.Sprintf(line, i%7, i, i*i, i%2) + "\n"
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pairs := plan.Data{File: write("test.tsv", "text1\ttext2\tlabel", "film %d no %d\tscene %d\t%d", 30), Train: write("train.tsv", "text1\ttext2\tlabel", "film %d no %d\tscene %d\t%d", 90)}
	pairs.TestTexts, pairs.TrainTexts = 10, 40
	scores := plan.Data{File: write("test.csv", "text,score", "\"film %d, no %d\",%d.%d", 30), Train: write("train.csv", "text,score", "\"film %d, no %d\",%d.%d", 90), Regression: true, ValidationTexts: 20}
	halves := pairs
	halves.TrainHalf, halves.TestHalf = plan.Shorter, plan.Longer
	chosen := halves
	chosen.TestTexts, chosen.ValidationTexts = 0, 20
	given := plan.Data{Task: "SST-2", File: plan.Embedded, Limit: 20}
	sample := plan.Data{File: pairs.Train, Sample: pairs.File}
	for name, d := range map[string]plan.Data{"pairs": pairs, "halves": halves, "chosen": chosen, "scores": scores, "given": given, "sample": sample} {
		p := plan.Default()
		p.Models, p.Methods, p.Budgets, p.Data = []string{"../embedded/files"}, []string{"threshold"}, []float64{0.5}, []plan.Data{d}
		to := filepath.Join(dir, name)
		file := to + ".toml"
		if err := os.WriteFile(file, p.Text(), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := pack(&options{plans: []string{file}, record: to}, io.Discard, io.Discard); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Setenv(packed, to)
		q, err := plan.Read(filepath.Join(to, "01-"+name+".toml"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := sweep.ReadTexts(&p, p.Data[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := sweep.ReadTexts(&q, q.Data[0])
		if err != nil {
			t.Fatal(err)
		}
		hash := func(x *sweep.Texts) string { return text.HashLists(x.Measured, x.Training, x.Sample) }
		if len(got.Measured) == 0 || hash(got) != hash(want) || got.Task.Regression() != want.Task.Regression() || !slices.Equal(got.Task.Labels, want.Task.Labels) {
			t.Errorf("%s: %d, %d and %d texts, labels %q; the plan's own are %d, %d and %d, labels %q", name, len(got.Measured), len(got.Training), len(got.Sample), got.Task.Labels, len(want.Measured), len(want.Training), len(want.Sample), want.Task.Labels)
		}
	}
}
