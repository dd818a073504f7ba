package model_test

import (
	"testing"

	"ltpbench/model"
)

func TestShards(t *testing.T) {
	c, err := model.Load("testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := c.SaveShards(dir, model.F32, 300_000); err != nil {
		t.Fatal(err)
	}
	again, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != c.Hash() {
		t.Error("the weights are others after saving in shards")
	}
}
