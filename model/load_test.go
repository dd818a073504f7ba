package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const smallCase = "testdata/oracle/bert-4x40-odd"

// folder is a case's files, its tensors to be changed before they are written.
type folder struct {
	config  []byte
	tensors map[string]Tensor
}

func openFolder(t *testing.T, dir string) folder {
	t.Helper()
	config, err := os.ReadFile(filepath.Join(dir, configFile))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	tensors, err := ReadTensors(data)
	if err != nil {
		t.Fatal(err)
	}
	return folder{config, tensors}
}

func encode(t *testing.T, tensors map[string]Tensor, as Type) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTensors(&b, tensors, as); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (f folder) files(t *testing.T, as Type) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{configFile: {Data: f.config}, weightsFile: {Data: encode(t, f.tensors, as)}}
}

func (f folder) rename(change func(string) string) {
	for _, name := range slices.Collect(maps.Keys(f.tensors)) {
		x := f.tensors[name]
		delete(f.tensors, name)
		f.tensors[change(name)] = x
	}
}

// The family's prefix may be missing, norms may have their old names, other tensors may be there.
func TestLoadNames(t *testing.T) {
	for _, dir := range oracleDirs(t) {
		want, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		f := openFolder(t, dir)
		f.rename(func(name string) string { return strings.TrimPrefix(legacyNorm(name), string(want.Config.Family)+".") })
		extra := []string{"cls.predictions.bias", "embeddings.position_ids", "lm_head.dense.weight"}
		for _, name := range extra {
			f.tensors[name] = Tensor{[]int{1}, []float32{1}}
		}
		got, err := LoadFS(f.files(t, F32), "net")
		if err != nil {
			t.Fatal(dir, err)
		}
		if got.Hash() != want.Hash() || !slices.Equal(got.Ignored, extra) {
			t.Errorf("%s: hash %s, want %s; ignored %v", dir, got.Hash(), want.Hash(), got.Ignored)
		}
	}
}

// Half types become float32, and the hash tells the difference.
func TestLoadTypes(t *testing.T) {
	f := openFolder(t, smallCase)
	hashes := map[string]bool{}
	for _, as := range []Type{F32, F16, BF16} {
		c, err := LoadFS(f.files(t, as), "net")
		if err != nil {
			t.Fatal(err)
		}
		hashes[c.Hash()] = true
		for i, v := range f.tensors["bert.embeddings.word_embeddings.weight"].Data {
			if got := c.Tensors["embed.word"].Data[i]; got != as.round(v) {
				t.Fatalf("%s element %d: %g, want %g", as, i, got, as.round(v))
			}
		}
	}
	if len(hashes) != 3 {
		t.Errorf("three types, hashes %v", hashes)
	}
}

func TestLoadShards(t *testing.T) {
	f := openFolder(t, smallCase)
	want, err := LoadFS(f.files(t, F32), "net")
	if err != nil {
		t.Fatal(err)
	}
	shards := []map[string]Tensor{{}, {}, {}}
	list := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(f.tensors)) {
		shards[i%3][name] = f.tensors[name]
		list[name] = "part-" + string(rune('1'+i%3)) + ".safetensors"
	}
	index := func() *fstest.MapFile {
		text, _ := json.Marshal(map[string]any{"weight_map": list})
		return &fstest.MapFile{Data: text}
	}
	files := fstest.MapFS{configFile: {Data: f.config}, indexFile: index()}
	for i, shard := range shards {
		files["part-"+string(rune('1'+i))+".safetensors"] = &fstest.MapFile{Data: encode(t, shard, F32)}
	}
	got, err := LoadFS(files, "net")
	if err != nil || got.Hash() != want.Hash() {
		t.Fatal(err)
	}
	fail := func(name, want string) {
		t.Helper()
		if _, err := LoadFS(files, "net"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	list["classifier.weight"] = "part-1.safetensors"
	files[indexFile] = index()
	list["classifier.bias"] = "part-1.safetensors"
	files[indexFile] = index()
	fail("index and shard disagree", "net/part-1.safetensors: tensor classifier.")
	list["classifier.bias"] = "../part-1.safetensors"
	files[indexFile] = index()
	fail("a path out of the folder", `"../part-1.safetensors"`)
	list["classifier.bias"] = "part-9.safetensors"
	files[indexFile] = index()
	fail("no such shard", "part-9.safetensors")
	files[indexFile] = &fstest.MapFile{Data: []byte("{}")}
	fail("empty index", "weight_map")
	files[indexFile] = &fstest.MapFile{Data: []byte("[")}
	fail("broken index", indexFile)
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(f *folder)
		want   []string
	}{
		{"missing tensor", func(f *folder) { delete(f.tensors, "bert.encoder.layer.3.output.dense.bias") },
			[]string{"net/model.safetensors", "bert.encoder.layer.3.output.dense.bias is missing"}},
		{"pooler without its bias", func(f *folder) { delete(f.tensors, "bert.pooler.dense.bias") }, []string{"bert.pooler.dense.bias is missing"}},
		{"wrong shape", func(f *folder) { f.tensors["classifier.weight"] = Tensor{[]int{1, 40}, make([]float32, 40)} },
			[]string{"classifier.weight has shape [1 40]", "[4 40]"}},
		{"twice", func(f *folder) { f.tensors["pooler.dense.bias"] = f.tensors["bert.pooler.dense.bias"] }, []string{"pooler.dense.bias is there twice"}},
		{"config of another model", func(f *folder) {
			f.config = []byte(strings.Replace(string(f.config), `"num_hidden_layers": 4`, `"num_hidden_layers": 5`, 1))
		},
			[]string{"bert.encoder.layer.4.", "is missing"}},
		{"config broken", func(f *folder) { f.config = f.config[:20] }, []string{"net/config.json"}},
	} {
		f := openFolder(t, smallCase)
		test.change(&f)
		_, err := LoadFS(f.files(t, F32), "net")
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", test.name, err, want)
			}
		}
	}
	f := openFolder(t, smallCase)
	files := f.files(t, F32)
	w := files[weightsFile].Data
	files[weightsFile].Data = w[:len(w)-1]
	if _, err := LoadFS(files, "net"); err == nil || !strings.Contains(err.Error(), "net/model.safetensors") {
		t.Errorf("truncated: %v", err)
	}
	delete(files, weightsFile)
	if _, err := LoadFS(files, "net"); err == nil || !strings.Contains(err.Error(), "no model.safetensors") {
		t.Errorf("no weights: %v", err)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "nowhere")); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("no folder: %v", err)
	}
}

// Without a classifier there are no labels; InitHead makes what is missing and nothing else.
func TestInitHead(t *testing.T) {
	for _, dir := range oracleDirs(t) {
		for _, pooler := range []bool{true, false} {
			f := openFolder(t, dir)
			whole, err := LoadFS(f.files(t, F32), "net")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range whole.Config.Tensors() {
				if s.Head() && !(pooler && strings.HasPrefix(s.Name, "head.dense.")) {
					delete(f.tensors, s.Hub)
				}
			}
			c, err := LoadFS(f.files(t, F32), "net")
			if err != nil {
				t.Fatal(err)
			}
			if c.Config.Labels != 0 {
				t.Fatalf("%s: %d labels without a head", dir, c.Config.Labels)
			}
			base := t.TempDir()
			if err := c.Save(base); err != nil {
				t.Fatal(err)
			}
			if b, err := Load(base); err != nil || b.Hash() != c.Hash() || b.Config.Labels != 0 {
				t.Errorf("%s: headless, saved and loaded: %v", dir, err)
			}
			d := c.Clone()
			made := c.InitHead(7, 1)
			want := []string{"head.dense.weight", "head.dense.bias", "head.out.weight", "head.out.bias"}
			if pooler {
				want = want[2:]
			}
			if !slices.Equal(made, want) || !slices.Equal(c.New, want) {
				t.Errorf("%s pooler %v: new %v", dir, pooler, made)
			}
			if err := c.Check(); err != nil {
				t.Error(err)
			}
			d.InitHead(7, 1)
			if d.Hash() != c.Hash() {
				t.Error("one seed, two heads")
			}
			d.InitHead(7, 2)
			if d.Hash() == c.Hash() {
				t.Error("two seeds, one head")
			}
			var sum, square float64
			w := c.Tensors["head.out.weight"].Data
			for _, v := range w {
				sum, square = sum+float64(v), square+float64(v)*float64(v)
			}
			n := float64(len(w))
			if sd := math.Sqrt(square / n); math.Abs(sd/float64(c.Config.InitRange)-1) > 0.3 || math.Abs(sum/n) > 5*sd/math.Sqrt(n) {
				t.Errorf("mean %g, deviation %g", sum/n, sd)
			}
			if slices.ContainsFunc(c.Tensors["head.out.bias"].Data, func(v float32) bool { return v != 0 }) {
				t.Error("a bias is not zero")
			}
		}
	}
}

// A clone shares nothing.
func TestClone(t *testing.T) {
	c, err := Load(smallCase)
	if err != nil {
		t.Fatal(err)
	}
	before := c.Hash()
	c.Clone().Tensors["embed.word"].Data[0]++
	if c.Hash() != before {
		t.Error("the clone's weights are the original's")
	}
}

// A checkpoint that does not fit its configuration is not written.
func TestSaveRefuses(t *testing.T) {
	c, err := Load(smallCase)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	c.Config.FFN--
	if err := c.Save(dir); err == nil || !strings.Contains(err.Error(), "output.dense.weight has shape") {
		t.Errorf("got %v", err)
	}
	c.Config.FFN++
	c.Tensors["head.pool"] = Tensor{[]int{1}, []float32{0}}
	if err := c.Save(dir); err == nil || !strings.Contains(err.Error(), "head.pool") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a folder was made: %v", err)
	}
}

// The real encoders have no classifier, one of them no pooler either.
func TestLoadRealModels(t *testing.T) {
	shared := os.Getenv("LTPBENCH_SHARED")
	if shared == "" {
		t.Skip("LTPBENCH_SHARED is not set")
	}
	dirs, err := filepath.Glob(filepath.Join(shared, "models", "*", configFile))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no models under %s: %v", shared, err)
	}
	for _, dir := range dirs {
		c, err := Load(filepath.Dir(dir))
		if err != nil {
			t.Fatal(err)
		}
		if c.Config.Labels != 0 || c.Check() != nil {
			t.Errorf("%s: %d labels", dir, c.Config.Labels)
		}
	}
}
