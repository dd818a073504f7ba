package plan

import (
	"path/filepath"
	"testing"
)

// TestStudies: the committed plans are plans.
func TestStudies(t *testing.T) {
	files, err := filepath.Glob("../studies/*/*.toml")
	more, _ := filepath.Glob("../studies/*.toml")
	if files = append(files, more...); err != nil || len(files) < 10 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	for _, file := range files {
		if _, err := Read(file); err != nil {
			t.Error(err)
		}
	}
}
