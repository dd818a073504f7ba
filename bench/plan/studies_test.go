package plan

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestStudies: the committed plans are plans, and the study's script sweeps all of its own.
func TestStudies(t *testing.T) {
	files, err := filepath.Glob("../studies/*/*.toml")
	more, _ := filepath.Glob("../studies/*.toml")
	if files = append(files, more...); err != nil || len(files) < 18 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	run, err := os.ReadFile("../studies/ltp/run")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, err := Read(file); err != nil {
			t.Error(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		if filepath.Base(filepath.Dir(file)) == "ltp" && !slices.Contains(strings.Fields(string(run)), name) {
			t.Errorf("bench/studies/ltp/run does not sweep %s", name)
		}
	}
}

// TestUntrained: a plan that trains unpruned models alone finds those of the trained plan of its text in the store,
// because all that they depend on is the same.
func TestUntrained(t *testing.T) {
	files, err := filepath.Glob("../studies/ltp/untrained-*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	for _, file := range files {
		p, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		trained, err := Read(strings.Replace(file, "untrained-", "", 1))
		if err != nil {
			t.Fatal(err)
		}
		if !p.Training.BaseOnly || !slices.Equal(p.Models, trained.Models) || !reflect.DeepEqual(p.Data, trained.Data) || p.MaxLength != trained.MaxLength {
			t.Errorf("%s: another model, text or length than %+v", file, trained.Data)
		}
		for _, seed := range p.Seeds {
			if !slices.Contains(trained.Seeds, seed) {
				t.Errorf("%s: seed %d is new", file, seed)
			}
		}
		own := p.Training
		own.BaseOnly, own.Epochs, own.Examples = false, trained.Training.Epochs, trained.Training.Examples // the pruned models'
		if own != trained.Training {
			t.Errorf("%s: [training] is %+v, of the trained plan %+v", file, own, trained.Training)
		}
	}
}

// TestOneBase: the plans on SST-2 of the study of methods fine-tune one unpruned model between them, on one text, and
// every cell for as many texts.
func TestOneBase(t *testing.T) {
	files, err := filepath.Glob("../studies/methods/*.toml")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	whole, err := Read("../studies/methods/sst2.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		p, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if p.Data[0].Task != "SST-2" {
			continue
		}
		if !slices.Equal(p.Models, whole.Models) || !slices.Equal(p.Seeds, whole.Seeds) || !reflect.DeepEqual(p.Data, whole.Data) || p.MaxLength != whole.MaxLength {
			t.Errorf("%s: another model, text, seed or length than sst2.toml", file)
		}
		own, other := p.Training, whole.Training
		if own.HeldOut != other.HeldOut || own.BaseEpochs != other.BaseEpochs || own.BaseLearningRate != other.BaseLearningRate || !own.BaseOnly && (own.Examples != other.Examples || own.Epochs != other.Epochs) {
			t.Errorf("%s: [training] is %+v, in sst2.toml %+v", file, own, other)
		}
		epochs := 2 * own.Epochs // of two stages, or of one as long as both
		for _, s := range p.Stages {
			epochs -= cmp.Or(s.Epochs, own.Epochs)
		}
		if len(p.Stages) > 0 && epochs != 0 {
			t.Errorf("%s: its stages are %d epochs too short", file, epochs)
		}
	}
}
