package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ltpbench/internal/oracle"
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
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		want := mustLoad(t, n.Dir)
		f := openFolder(t, n.Dir)
		f.rename(func(name string) string { return strings.TrimPrefix(legacyNorm(name), string(want.Config.Family)+".") })
		extra := []string{"cls.predictions.bias", "embeddings.position_ids", "lm_head.dense.weight"}
		for _, name := range extra {
			f.tensors[name] = Tensor{[]int{1}, []float32{1}}
		}
		got, err := LoadFS(f.files(t, F32), "net")
		if err != nil {
			t.Fatal(err)
		}
		if got.Hash() != want.Hash() || !slices.Equal(got.Ignored, extra) {
			t.Errorf("hash %s, want %s; ignored %v", got.Hash(), want.Hash(), got.Ignored)
		}
	})
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
			if got := c.Tensors["embed.word"].Data[i]; got != as.Round(v) {
				t.Fatalf("%s element %d: %g, want %g", as, i, got, as.Round(v))
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

// The real encoders have no classifier, one of them no pooler either.
func TestLoadRealModels(t *testing.T) {
	pattern := filepath.Join(oracle.Shared(t), "models", "*", configFile)
	configs, err := filepath.Glob(pattern)
	if err != nil || len(configs) == 0 {
		t.Fatalf("no models %s: %v", pattern, err)
	}
	for _, config := range configs {
		if c := mustLoad(t, filepath.Dir(config)); c.Config.Labels != 0 || c.Check() != nil {
			t.Errorf("%s: %d labels", config, c.Config.Labels)
		}
	}
}
