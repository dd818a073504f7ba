package recipe

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestOldNotes: the notes of the embedded model, whose settings had other names, are read,
// and a recipe written now is read back as it is.
func TestOldNotes(t *testing.T) {
	o, err := ReadOutcome("../embedded/files")
	if err != nil {
		t.Fatal(err)
	}
	if r := o.Recipe; r.LearningRate != 1e-4 || r.WeightDecay != 0.01 || r.MaxGradNorm != 1 || r.Units != 512 || r.Seed != 1 || r.Teacher != "base" {
		t.Errorf("%+v", r)
	}
	want := learned().Effective()
	want.Stages = []Stage{{Name: "a", Rule: RulePrunes, Objectives: []string{"task"}}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Recipe
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, got, want)
	}
}
